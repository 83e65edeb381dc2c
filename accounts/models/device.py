"""The browsers an account is open in: one of a citizen, of an officer or a clinic desk as many as settings say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import browsers, places


class Device(models.Model):
    """One browser's turn with an account, kept as history; a citizen's counts while `User.active_device` names it.

    `digest` is keyed over the secret in that browser's cookie; `rotation` is
    how often the second part of that cookie, the proof, has been changed.
    """

    class Ending(models.TextChoices):
        SIGN_OUT = "sign_out", _("đăng xuất")
        TAKE_OVER = "take_over", _("chuyển sang thiết bị khác")
        DISPUTE = "dispute", _("chủ tài khoản bấm «Không phải tôi»")
        STAFF = "staff", _("cơ quan BHXH cho thoát")
        CROWDED = "crowded", _("đăng nhập ở quá nhiều nơi")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", verbose_name=_("tài khoản")
    )
    name = models.CharField(_("tên"), max_length=40)
    place = models.CharField(_("nơi dùng lần đầu"), max_length=60, blank=True, db_default="")
    digest = models.CharField(max_length=64, editable=False)
    rotation = models.IntegerField(default=0, db_default=0, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("dùng từ"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("dùng lần cuối"))
    ended_at = models.DateTimeField(_("ngừng lúc"), null=True)
    ended_by = models.CharField(_("vì"), max_length=12, choices=Ending, blank=True)
    # Whoever was put out here pressed «Không phải tôi»; once.
    disputed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("thiết bị")
        verbose_name_plural = pgettext_lazy("plural", "thiết bị")
        # A clinic's counters leave a turn each day; a login asks for the browser's latest under the account's lock.
        indexes = [models.Index(fields=["user", "digest", "-id"], name="device_of_browser")]

    def __str__(self) -> str:
        return browsers.in_words(self.name)

    @property
    def described(self) -> str:
        """`Chrome trên Android · Hà Nội, Việt Nam`, in the page's language."""
        return f"{self} · {self.place_in_words}" if self.place else str(self)

    @property
    def place_in_words(self) -> str:
        return places.in_words(self.place)
