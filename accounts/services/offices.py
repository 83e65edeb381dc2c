"""Which office looks after a citizen's account, and what it may do there beyond reviewing: sign it out of a device."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.event_words import name_codes
from accounts.models import Office, User
from accounts.services import access, devices, roles


class NotYours(PortalError):
    code = "not_yours"
    message = _("Tài khoản này do cơ quan BHXH khác phụ trách. Không có gì thay đổi.")


class DeviceChanged(PortalError):
    code = "device_changed"
    message = _("Tài khoản vừa đăng xuất hoặc chuyển sang thiết bị khác. Chưa có gì thay đổi; xem lại bên dưới.")


class SignOutReason(TextChoices):
    """Why an officer signs a citizen's device out: kept in the event and shown to the account's owner."""

    OWNER_ASKED = "owner_asked", _("Chủ tài khoản đề nghị tại quầy")
    PHONE_LOST = "phone_lost", _("Mất điện thoại")
    MISUSE = "misuse", _("Nghi có người khác dùng tài khoản")


name_codes("reason", SignOutReason.choices)


def office_of(account: User) -> Office | None:
    """Which one issued the account; else the office of the province where its owner lives; else nobody's."""
    office = _issuing_office(account)
    if office is not None:
        return office
    ward = account.person.ward if account.person else None
    if ward is None:
        return None
    offices = Office.objects.in_force().filter(level=Office.Level.PROVINCE, province_id=ward.province_id)
    return offices.order_by("code").first()


def _issuing_office(account: User) -> Office | None:
    """As the event has it: the issuer may work elsewhere by now. Older events do not say; there it is the issuer's."""
    issued = access.events_of("user", account.pk).filter(action="account.issued").first()
    if issued is None:
        return None
    code = issued.detail.get("office")
    return (Office.objects.filter(pk=code) if code else Office.objects.filter(user=issued.actor_id or 0)).first()


def of_area(officer: User) -> QuerySet[Office]:
    """The officer's own office and those under it."""
    if officer.office_id is None:
        return Office.objects.none()
    return Office.objects.filter(Q(pk=officer.office_id) | Q(parent_id=officer.office_id))


def may_end_device(officer: User, account: User) -> bool:
    if account.kind != User.Kind.CITIZEN or not officer.has_perm(roles.END_DEVICE):
        return False
    if roles.is_administrator(officer):
        return True
    office = office_of(account)
    return office is not None and of_area(officer).filter(pk=office.pk).exists()


def end_device(account_id: int, *, device_id: int, officer: User, reason: SignOutReason) -> None:
    """Sign the account out of the device the officer was shown. NotYours, DeviceChanged."""
    with transaction.atomic():
        account = User.objects.select_for_update().filter(pk=account_id).first()
        if account is None or not may_end_device(officer, account):
            raise NotYours
        if account.active_device_id != device_id:
            raise DeviceChanged
        devices.end_by_staff(account, actor=officer, reason=reason.value)
