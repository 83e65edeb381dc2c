"""What an officer asks a citizen to mend in a file that is otherwise kept as it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models.declaration import Declaration


class SupplementRequest(models.Model):
    """`items` are names of photos (Photo.Kind) and of fields of the declaration; `words` go to the citizen."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="supplements")
    items = models.JSONField(_("cần bổ sung"), default=list)
    words = models.CharField(_("lời của cán bộ"), max_length=500, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    asked_at = models.DateTimeField(_("yêu cầu lúc"), auto_now_add=True)
    due_at = models.DateTimeField(_("hạn bổ sung"))
    reminded_at = models.DateTimeField(_("nhắc lúc"), null=True, blank=True)
    answered_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = pgettext_lazy("plural", "yêu cầu bổ sung")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"],
                name="supplement_one_open_of_a_file",
                condition=models.Q(answered_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="supplement_unanswered", condition=models.Q(answered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {', '.join(self.items)}"
