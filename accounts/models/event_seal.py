"""Seals over ranges of events: what was there when it was sealed cannot be changed unnoticed."""

from __future__ import annotations

from django.db import models


class EventSeal(models.Model):
    """The events `first_id` to `last_id` inclusive: how many, and a keyed digest over them and the seal before.

    `sealed_at` is in the digest too, so it is set where that is made.
    """

    first_id = models.BigIntegerField(unique=True)
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"
