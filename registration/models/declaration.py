"""A declaration: evidence of what a citizen declared. The register's Person is the truth it is held against."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition
from phonenumber_field.modelfields import PhoneNumberField

from accounts import partial_dates
from accounts.models import IdKind, Language, Office, Province, Sex, Ward, validate_bhxh_code
from registration.workflow import (
    DRAFT_LASTS,
    FILED_STATES,
    OPEN_STATES,
    UNDECIDED_STATES,
    HelperRelation,
    RefusalReason,
    State,
)


class Declaration(FSMModelMixin, models.Model):
    """A draft may be incomplete; whatever is filed is complete and has a file number.

    `state` changes only through `registration.services.status`.
    """

    state = FSMField(_("trạng thái"), default=State.DRAFT, choices=State.choices, protected=True)
    phone = PhoneNumberField(_("số điện thoại di động"))
    phone_proved_at = models.DateTimeField(_("xác nhận số lúc"))
    # Of the messages about the file, and at first of the account it leads to.
    language = models.CharField(
        _("ngôn ngữ tin nhắn"),
        max_length=2,
        choices=Language,
        default=Language.VIETNAMESE,
        db_default=Language.VIETNAMESE,
    )

    full_name = models.CharField(_("họ và tên"), max_length=100, blank=True)
    bhxh_code = models.CharField(
        _("mã số BHXH"), max_length=10, blank=True, validators=[validate_bhxh_code], db_index=True
    )
    birth_date = models.CharField(_("ngày sinh"), max_length=10, blank=True)
    sex = models.CharField(_("giới tính"), max_length=6, choices=Sex, blank=True)
    id_kind = models.CharField(_("loại giấy tờ"), max_length=8, choices=IdKind, blank=True)
    id_number = models.CharField(_("số giấy tờ"), max_length=12, blank=True)
    province = models.ForeignKey(
        Province, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("tỉnh/thành phố")
    )
    ward = models.ForeignKey(Ward, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("phường/xã"))
    address = models.CharField(_("số nhà, thôn"), max_length=200, blank=True)
    email = models.EmailField(_("email"), blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("cơ quan BHXH"))

    # Who filled it in for the citizen, whose own number confirms it; blank for most.
    helper_name = models.CharField(_("người khai giúp"), max_length=100, blank=True, db_default="")
    helper_relation = models.CharField(
        _("quan hệ với người khai giúp"), max_length=10, choices=HelperRelation, blank=True, db_default=""
    )

    consent_version = models.CharField(_("bản cam kết"), max_length=20, blank=True)
    consent_digest = models.CharField(_("mã băm bản cam kết"), max_length=64, blank=True)
    consented_at = models.DateTimeField(_("cam kết lúc"), null=True, blank=True)

    file_number = models.CharField(_("mã hồ sơ"), max_length=20, unique=True, null=True, blank=True)
    filed_at = models.DateTimeField(_("ghi nhận lúc"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cán bộ"),
    )
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    refusal_reason = models.CharField(_("lý do từ chối"), max_length=20, choices=RefusalReason, blank=True)
    refusal_words = models.CharField(_("ghi chú của cán bộ"), max_length=500, blank=True)
    papers_deleted_at = models.DateTimeField(_("xóa ảnh giấy tờ lúc"), null=True, blank=True)
    erased_at = models.DateTimeField(_("xóa dữ liệu lúc"), null=True, blank=True)
    # A draft's citizen was told that it will be deleted.
    reminded_at = models.DateTimeField(_("nhắc lúc"), null=True, blank=True)
    # Whether its code has an account on another phone was looked up, and that account's owner told.
    owner_sought_at = models.DateTimeField(_("tìm chủ mã số lúc"), null=True, blank=True)
    created_at = models.DateTimeField(_("bắt đầu lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("tờ khai")
        verbose_name_plural = pgettext_lazy("plural", "tờ khai")
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="declaration_filed_has_a_number",
                condition=models.Q(state=State.DRAFT, file_number__isnull=True)
                | models.Q(
                    ~models.Q(state=State.DRAFT),
                    file_number__isnull=False,
                    filed_at__isnull=False,
                    office__isnull=False,
                    ward__isnull=False,
                ),
            ),
        ]
        indexes = [
            # The queue opens on what waits, oldest first; the rest of an office's history is asked for by name.
            models.Index(
                fields=["office", "filed_at", "id"],
                name="declaration_open_of_office",
                condition=models.Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["office", "ward", "filed_at", "id"],
                name="declaration_open_of_ward",
                condition=models.Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["office", "filed_at", "id"],
                name="declaration_all_of_office",
                condition=models.Q(state__in=FILED_STATES),
            ),
            models.Index(fields=["updated_at"], name="declaration_old_drafts", condition=models.Q(state=State.DRAFT)),
            models.Index(fields=["phone"], name="declaration_drafts_of_phone", condition=models.Q(state=State.DRAFT)),
            # What else waits for the same phone or the same paper; a code has an index over all files.
            models.Index(
                fields=["phone"],
                name="declaration_undecided_of_phone",
                condition=models.Q(state__in=UNDECIDED_STATES),
            ),
            models.Index(
                fields=["id_number"],
                name="declaration_undecided_of_paper",
                condition=models.Q(state__in=UNDECIDED_STATES),
            ),
            models.Index(
                fields=["filed_at"],
                name="declaration_owner_to_seek",
                condition=models.Q(state__in=UNDECIDED_STATES, owner_sought_at__isnull=True),
            ),
            models.Index(
                fields=["decided_at"],
                name="declaration_papers_kept",
                condition=models.Q(decided_at__isnull=False, papers_deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.file_number or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("admin:registration_declaration_change", args=[self.pk])

    @transition(field=state, source=State.DRAFT, target=State.FILED)
    def file(self) -> None:
        """Ghi nhận."""

    @transition(field=state, source=State.FILED, target=State.RECEIVED)
    def receive(self) -> None:
        """An officer takes the file."""

    @transition(field=state, source=OPEN_STATES, target=State.ACCEPTED)
    def accept(self) -> None:
        """The account is issued in the same transaction."""

    @transition(field=state, source=OPEN_STATES, target=State.SUPPLEMENT)
    def ask(self) -> None:
        """What the citizen has to mend is said in a SupplementRequest of the same transaction."""

    @transition(field=state, source=State.SUPPLEMENT, target=State.RECEIVED)
    def supplement(self) -> None:
        """The citizen has answered; the place in the queue is that of `filed_at`."""

    @transition(field=state, source=UNDECIDED_STATES, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """By the citizen."""

    @transition(field=state, source=UNDECIDED_STATES, target=State.REFUSED)
    def refuse(self) -> None:
        """The reason goes to the citizen in the same transaction."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def draft_ends_at(self) -> datetime:
        """When a draft is deleted unless somebody goes on with it."""
        return self.updated_at + DRAFT_LASTS

    @property
    def birth_date_text(self) -> str:
        return partial_dates.display(self.birth_date) if self.birth_date else ""


class FileCounter(models.Model):
    """The last file number given in one office and year; locked while one is taken, so none is skipped."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="file_counter_office_year")]

    def __str__(self) -> str:
        return f"{self.last}/{self.year}/{self.office_id}"
