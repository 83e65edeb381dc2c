"""The outbox: one row per SMS or letter. The row is the truth, the queue only carries its id."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField


class MessageState(models.TextChoices):
    QUEUED = "queued", _("đang chờ gửi")
    SENDING = "sending", _("đang gửi")
    SENT = "sent", _("đã gửi")
    DELIVERED = "delivered", _("đã nhận")
    FAILED = "failed", _("không gửi được")
    EXPIRED = "expired", _("quá hạn, không gửi")
    UNCERTAIN = "uncertain", _("không rõ đã tới chưa")


# Of a message that did not arrive as far as anybody knows; what took its place makes up for it (`replaced_at`).
LOST_STATES = [MessageState.FAILED, MessageState.EXPIRED, MessageState.UNCERTAIN]
LOST = models.Q(state__in=LOST_STATES, replaced_at__isnull=True)
WITHDRAWN = "withdrawn"  # the `failure` of one that was not to be sent any more
REFERENCE_LENGTH = 64


class Message(models.Model):
    """`body` is sealed, and wiped with the state that is final: from `final_at` on that state never changes.

    `gateway` is the provider asked last, `claimed_at` when the call to it began, `sweep_at` when somebody has to look
    at an unfinished row again at the latest.
    """

    class Kind(models.TextChoices):
        CODE = "code", _("mã OTP")
        CREDENTIALS = "credentials", _("cấp tài khoản")
        NOTICE = "notice", _("thông báo")

    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    purpose = models.CharField(_("việc"), max_length=20)
    # An SMS has a number, a letter an address; a decoy has neither and goes nowhere (services.one_time_codes).
    to = PhoneNumberField(_("tới số"), blank=True)
    email = models.EmailField(_("tới thư điện tử"), blank=True, db_default="")
    # The office whose officers have to know if it does not arrive; empty for what concerns nobody's file.
    office = models.CharField(_("cơ quan BHXH"), max_length=5, blank=True, db_default="")
    body = models.BinaryField(_("nội dung (mã hóa)"), blank=True)
    dedupe_key = models.CharField(_("khóa chống trùng"), max_length=64, unique=True)
    not_after = models.DateTimeField(_("không gửi sau"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    gateway = models.CharField(_("nhà cung cấp"), max_length=20, blank=True)
    provider_reference = models.CharField(
        _("số của nhà cung cấp"), max_length=REFERENCE_LENGTH, blank=True, db_default=""
    )
    failure = models.CharField(_("lý do"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    sweep_at = models.DateTimeField(_("xem lại lúc"))
    claimed_at = models.DateTimeField(_("bắt đầu gửi lúc"), null=True)
    sent_at = models.DateTimeField(_("nhà cung cấp nhận lúc"), null=True)
    delivered_at = models.DateTimeField(_("tới máy lúc"), null=True)
    final_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    # Another message says the same, or says something newer.
    replaced_at = models.DateTimeField(_("có tin khác thay lúc"), null=True)

    class Meta:
        verbose_name = _("tin nhắn")
        verbose_name_plural = pgettext_lazy("plural", "tin nhắn")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sweep_at"], name="message_not_final", condition=models.Q(final_at__isnull=True)),
            models.Index(fields=["to", "-id"], name="message_of_number"),
            models.Index(fields=["created_at"], name="message_by_time"),
            models.Index(fields=["-id"], name="message_lost", condition=LOST),
            models.Index(fields=["office", "-id"], name="message_lost_of_office", condition=LOST),
            models.Index(
                fields=["provider_reference"],
                name="message_by_reference",
                condition=~models.Q(provider_reference=""),
            ),
        ]
        # What a role may do that is no plain seeing of rows (services.roles).
        permissions = [("resend_message", _("Gửi lại tin nhắn không tới nơi"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_lost(self) -> bool:
        return self.state in LOST_STATES and self.replaced_at is None


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


class MessageMinute(models.Model):
    """How fast the SMS of one minute left: `made` in it, and how many of them a provider took `in_time`."""

    minute = models.DateTimeField(primary_key=True)
    made = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.in_time}/{self.made}"


class UnknownReport(models.Model):
    """A code that a provider reports and its table does not know: for whoever keeps the table."""

    gateway = models.CharField(_("nhà cung cấp"), max_length=20)
    code = models.CharField(_("mã báo về"), max_length=20)
    times = models.PositiveIntegerField(_("số lần"), default=1)
    first_at = models.DateTimeField(_("lần đầu"), auto_now_add=True)
    last_at = models.DateTimeField(_("lần cuối"))

    class Meta:
        verbose_name = _("mã báo về chưa biết")
        verbose_name_plural = pgettext_lazy("plural", "mã báo về chưa biết")
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["gateway", "code"], name="unknown_report_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.code}"
