"""The outbox: one row per SMS. The row is the truth, the queue only carries its id."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class MessageState(models.TextChoices):
    QUEUED = "queued", _("đang chờ gửi")
    SENDING = "sending", _("đang gửi")
    SENT = "sent", _("đã gửi")
    DELIVERED = "delivered", _("đã nhận")
    FAILED = "failed", _("không gửi được")
    EXPIRED = "expired", _("quá hạn, không gửi")
    UNCERTAIN = "uncertain", _("không rõ đã tới chưa")


class Message(models.Model):
    """`body` is sealed, and wiped as soon as the state is final for the sender."""

    class Kind(models.TextChoices):
        CODE = "code", _("mã OTP")
        CREDENTIALS = "credentials", _("cấp tài khoản")
        NOTICE = "notice", _("thông báo")

    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    purpose = models.CharField(_("việc"), max_length=20)
    # An SMS has a number, a letter an address; a decoy has neither and goes nowhere (services.one_time_codes).
    to = PhoneNumberField(_("tới số"), blank=True)
    email = models.EmailField(_("tới thư điện tử"), blank=True, db_default="")
    body = models.BinaryField(_("nội dung (mã hóa)"), blank=True)
    dedupe_key = models.CharField(_("khóa chống trùng"), max_length=64, unique=True)
    not_after = models.DateTimeField(_("không gửi sau"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    gateway = models.CharField(_("cổng gửi"), max_length=20, blank=True)
    failure = models.CharField(_("lý do"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    # When the sweeper hands the row to the queue again if nobody has finished it.
    sweep_at = models.DateTimeField(_("nhắc lại lúc"))
    claimed_at = models.DateTimeField(_("bắt đầu gửi lúc"), null=True)
    sent_at = models.DateTimeField(_("gửi xong lúc"), null=True)
    final_at = models.DateTimeField(_("kết thúc lúc"), null=True)

    class Meta:
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["sweep_at"],
                name="message_unfinished",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["to", "-id"], name="message_of_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class InboxMessage(models.Model):
    """The demo carrier's own copy, written by the `inbox` gateway when the worker hands a message over."""

    reference = models.BigIntegerField(unique=True)
    to = PhoneNumberField()
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=480)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
