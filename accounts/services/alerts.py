"""Something about a citizen's account that an office has to look at: opened for it, and closed with what was found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.event_words import name_codes
from accounts.models import AccountAlert, Device, User
from accounts.services import access, offices, roles

COUNTED_AT_MOST = 1000

name_codes("outcome", AccountAlert.Outcome.choices)


class NotYours(PortalError):
    code = "not_yours"
    message = _("Cảnh báo này không thuộc cơ quan của bạn. Không có gì thay đổi.")


class AlreadyClosed(PortalError):
    code = "already_closed"
    message = _("Cán bộ khác đã xử lý xong cảnh báo này trước bạn. Kết quả đó giữ nguyên, việc của bạn không ghi lại.")


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """What waits at a glance; `is_more` when there are more than were counted."""

    count: int
    is_more: bool


def open_dispute(user: User, device: Device | None) -> AccountAlert:
    """«Không phải tôi» was pressed after `device` took the account over; part of the caller's transaction."""
    kind = AccountAlert.Kind.DISPUTE
    return AccountAlert.objects.create(kind=kind, user=user, device=device, office=offices.office_of(user))


def visible_to(officer: User) -> QuerySet[AccountAlert]:
    """Of the officer's own office and those under it; all of them for whoever sees every office."""
    if not officer.has_perm(roles.SEE_ALERTS):
        return AccountAlert.objects.none()
    if roles.sees_every_office(officer):
        return AccountAlert.objects.all()
    return AccountAlert.objects.filter(office__in=offices.of_area(officer))


def open_to(officer: User) -> OpenAlerts:
    """How many of them still wait."""
    found = visible_to(officer).filter(closed_at=None).order_by()[: COUNTED_AT_MOST + 1].count()
    return OpenAlerts(count=min(found, COUNTED_AT_MOST), is_more=found > COUNTED_AT_MOST)


def close(alert_id: int, *, officer: User, outcome: AccountAlert.Outcome) -> AccountAlert:
    """Say what was found. NotYours, AlreadyClosed."""
    with transaction.atomic():
        alert = AccountAlert.objects.select_for_update().filter(pk=alert_id).first()
        is_theirs = officer.has_perm(roles.CLOSE_ALERTS) and visible_to(officer).filter(pk=alert_id).exists()
        if alert is None or not is_theirs:
            raise NotYours
        if alert.closed_at is not None:
            raise AlreadyClosed
        alert.closed_at, alert.closed_by, alert.outcome = timezone.now(), officer, outcome
        alert.save(update_fields=["closed_at", "closed_by", "outcome"])
        access.record(
            "alert.closed",
            actor=officer,
            person_id=alert.user.person_id,
            object_type="accountalert",
            object_id=alert.pk,
            detail={"outcome": outcome.value},
        )
    return alert
