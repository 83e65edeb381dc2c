"""Who did or saw what of whom: plain inserts that hold ids, never names, numbers or text."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.event_words import ACTIONS


class AppendOnlyError(TypeError):
    """Events have no update or delete path."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError  # its update_conflicts would overwrite


class Event(models.Model):
    """Ids are plain numbers, not foreign keys: erasing a person leaves the events."""

    at = models.DateTimeField(_("lúc"), auto_now_add=True, db_index=True)
    action = models.CharField(_("việc"), max_length=40)
    actor_id = models.BigIntegerField(_("người làm"), null=True)
    person_id = models.BigIntegerField(_("của người tham gia"), null=True)
    object_type = models.CharField(_("loại đối tượng"), max_length=30, blank=True)
    object_id = models.CharField(_("đối tượng"), max_length=40, blank=True)
    detail = models.JSONField(_("chi tiết"), default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("sự kiện")
        verbose_name_plural = pgettext_lazy("plural", "sự kiện")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="event_of_person"),
            models.Index(fields=["person_id", "action", "-id"], name="event_of_person_by_action"),
            models.Index(fields=["actor_id", "-id"], name="event_of_actor"),
            models.Index(fields=["object_type", "object_id", "-id"], name="event_of_object"),
        ]

    def __str__(self) -> str:
        return str(ACTIONS.get(self.action, self.action))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError
