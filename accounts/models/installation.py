from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """What this database is; one row, written when demo mode creates it."""

    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return "demo" if self.is_demo else "production"


class RateCount(models.Model):
    """Counts of a named limit while its store (Redis) is away."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
