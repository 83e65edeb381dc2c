"""An account: a citizen's (one per BHXH code), an officer's, or a clinic desk's."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from accounts.models.directory import Facility, Office, Ward
from accounts.models.person import Person


class Language(models.TextChoices):
    VIETNAMESE = "vi", _("Tiếng Việt (không dấu)")
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An administrator: holds reference data and staff, reviews nothing without an office."""
        return self.create_user(username, password, **{"kind": User.Kind.STAFF, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("người dân")
        STAFF = "staff", _("cán bộ")
        CLINIC = "clinic", _("cơ sở KCB")

    last_login = None  # a device's row tells it, and which device
    username = models.CharField(_("tên đăng nhập"), max_length=40, unique=True)
    kind = models.CharField(_("loại tài khoản"), max_length=8, choices=Kind)
    bhxh_code = models.CharField(_("mã số BHXH"), max_length=10, unique=True, null=True, blank=True)
    person = models.OneToOneField(
        Person, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("người tham gia")
    )
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("cơ quan BHXH"))
    ward = models.ForeignKey(
        Ward, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("phường/xã phụ trách")
    )
    facility = models.ForeignKey(Facility, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("cơ sở KCB"))
    phone = PhoneNumberField(_("điện thoại nhận mã"), blank=True)
    email = models.EmailField(_("thư điện tử nhận thông báo"), blank=True, db_default="")
    # Of the messages to its owner; pages are in one language.
    language = models.CharField(
        _("ngôn ngữ tin nhắn"),
        max_length=2,
        choices=Language,
        default=Language.VIETNAMESE,
        db_default=Language.VIETNAMESE,
    )
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    must_change_password = models.BooleanField(_("phải đổi mật khẩu"), default=False)
    issued_password_expires_at = models.DateTimeField(_("mật khẩu một lần hết hạn lúc"), null=True, blank=True)
    # «Không phải tôi» was pressed: the password opens nothing until a new one is set by a code to the phone.
    locked_at = models.DateTimeField(_("khóa lúc"), null=True, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    # A string, because a device knows its user too; nobody asks whose device a row is from this side.
    active_device = models.ForeignKey(
        "accounts.Device",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        verbose_name=_("thiết bị đang dùng"),
    )

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = pgettext_lazy("plural", "tài khoản")
        ordering = ["username"]
        # What a role may do that is no plain adding, changing or seeing of rows (services.roles).
        permissions = [
            ("end_device", _("Cho thiết bị của người dân thoát khỏi tài khoản")),
            ("reset_second_factor", _("Đặt lại xác thực hai bước của người khác")),
            ("check_card", _("Kiểm tra thẻ BHYT ở cơ sở KCB")),
            ("see_facility_looks", _("Xem lượt kiểm tra thẻ của cơ sở KCB mình")),
        ]
        constraints = [
            models.CheckConstraint(
                name="user_citizen_is_a_person",
                condition=~models.Q(kind="citizen")
                | models.Q(
                    person__isnull=False,
                    bhxh_code__isnull=False,
                    bhxh_code=models.F("username"),
                    is_superuser=False,
                    office__isnull=True,
                    ward__isnull=True,
                    facility__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="user_staff_is_no_person",
                condition=~models.Q(kind="staff")
                | models.Q(person__isnull=True, bhxh_code__isnull=True, facility__isnull=True),
            ),
            models.CheckConstraint(
                name="user_clinic_has_a_facility",
                condition=~models.Q(kind="clinic")
                | models.Q(
                    person__isnull=True,
                    bhxh_code__isnull=True,
                    is_superuser=False,
                    office__isnull=True,
                    ward__isnull=True,
                    facility__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="user_device_of_a_citizen",
                condition=models.Q(active_device__isnull=True) | models.Q(kind="citizen"),
            ),
            models.CheckConstraint(name="user_known_kind", condition=models.Q(kind__in=["citizen", "staff", "clinic"])),
            models.CheckConstraint(
                name="user_ward_within_an_office",
                condition=models.Q(ward__isnull=True) | models.Q(office__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Of the password and the phone: with either changed every session ends, and every login half done."""
        salt = "accounts.models.User.get_session_auth_hash"
        # By its digits: each request asks for this, and writing a number out takes five times as long.
        number = cast("PhoneNumber | None", self.phone)
        phone = (number.country_code, number.national_number) if number else ""
        return salted_hmac(salt, f"{self.password}\0{phone}", secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_staff(self) -> bool:
        return self.kind == self.Kind.STAFF

    @property
    def issued_password_expired(self) -> bool:
        """The one-time password ran out before a new one was set."""
        expires = self.issued_password_expires_at
        return self.must_change_password and expires is not None and expires <= timezone.now()
