"""What each kind of work at the desk and in a clinic may do: one table, kept in the database as Django's groups.

A role says what one may do, the account's office, ward or facility with whose
data. `load` brings the groups into step with the table; nothing else changes
what a group holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.event_words import name_codes
from accounts.models import User

BATCH = 1000


class Role(TextChoices):
    """The value is the group's name, never shown; a group has no words of its own to translate."""

    COMMUNE_REVIEWER = "commune_reviewer", _("xét duyệt phường/xã")
    OFFICE_REVIEWER = "office_reviewer", _("xét duyệt cơ quan BHXH")
    SUPERVISOR = "supervisor", _("giám sát")
    ADMINISTRATOR = "administrator", _("quản trị viên")
    CLINIC_DESK = "clinic_desk", _("quầy cơ sở KCB")
    CLINIC_MANAGER = "clinic_manager", _("phụ trách cơ sở KCB")


name_codes("role", Role.choices)
CLINIC_ROLES = frozenset({Role.CLINIC_DESK, Role.CLINIC_MANAGER})

SEE_FILES, DECIDE_FILES = "registration.view_declaration", "registration.change_declaration"
SEE_ALERTS, CLOSE_ALERTS = "accounts.view_accountalert", "accounts.change_accountalert"
SEE_EVENTS, SEE_MESSAGES = "accounts.view_event", "accounts.view_message"
RESEND_MESSAGES = "accounts.resend_message"
SEE_ALARMS, CLOSE_ALARMS = "accounts.view_alarm", "accounts.change_alarm"
SEE_UNKNOWN_REPORTS = "accounts.view_unknownreport"
END_DEVICE, RESET_SECOND_FACTOR = "accounts.end_device", "accounts.reset_second_factor"
CHECK_CARD, SEE_FACILITY_LOOKS = "accounts.check_card", "accounts.see_facility_looks"

_REVIEW = frozenset({SEE_FILES, DECIDE_FILES})
_DIRECTORY = {
    f"accounts.{verb}_{model}"
    for verb in ("view", "add", "change")
    for model in ("province", "ward", "office", "facility")
}
_TERMS = {
    f"cards.{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in ("benefitlevel", "objectgroup")
}
_REGISTER = {
    "accounts.view_formerprovince",
    "accounts.view_person",
    "cards.view_card",
    "cards.view_participationperiod",
}
PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.COMMUNE_REVIEWER: _REVIEW,
    Role.OFFICE_REVIEWER: _REVIEW | {SEE_ALERTS, CLOSE_ALERTS, END_DEVICE},
    Role.SUPERVISOR: frozenset({SEE_FILES, SEE_ALERTS, SEE_EVENTS, SEE_MESSAGES, SEE_ALARMS}),
    Role.ADMINISTRATOR: frozenset(
        {
            *_DIRECTORY,
            *_TERMS,
            *_REGISTER,
            *(f"accounts.{verb}_user" for verb in ("view", "add", "change")),
            SEE_ALERTS,
            CLOSE_ALERTS,
            SEE_EVENTS,
            SEE_MESSAGES,
            RESEND_MESSAGES,
            SEE_ALARMS,
            CLOSE_ALARMS,
            SEE_UNKNOWN_REPORTS,
            END_DEVICE,
            RESET_SECOND_FACTOR,
        }
    ),
    Role.CLINIC_DESK: frozenset({CHECK_CARD}),
    Role.CLINIC_MANAGER: frozenset({CHECK_CARD, SEE_FACILITY_LOOKS}),
}


def implied(user: User) -> Role | None:
    """What an account did before there were roles: by its kind and its place. None for whoever had no work."""
    if user.kind == User.Kind.CLINIC:
        return Role.CLINIC_DESK
    if user.kind != User.Kind.STAFF or user.office_id is None:
        return None
    return Role.COMMUNE_REVIEWER if user.ward_id else Role.OFFICE_REVIEWER


def role_of(user: User) -> Role | None:
    """The one role of an account, read through `groups`, so that a list may prefetch it."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in Role if role.value in names), None)


def with_role_name(users: QuerySet[User]) -> QuerySet[Any]:
    """Each with its group as `role_name`, in the same query."""
    groups = Group.objects.filter(user=OuterRef("pk"), name__in=Role.values)
    return users.annotate(role_name=Subquery(groups.values("name")[:1]))


def is_administrator(user: User) -> bool:
    return user.is_superuser or role_of(user) == Role.ADMINISTRATOR


def may_administer(actor: User, account: User) -> bool:
    """Nobody their own account; a superuser's only another superuser, who alone may do all that it may."""
    return actor.pk != account.pk and (actor.is_superuser or not account.is_superuser)


def sees_every_office(user: User) -> bool:
    """Whoever supervises or administers without an office of their own; no reviewer ever."""
    return user.office_id is None and (is_administrator(user) or role_of(user) == Role.SUPERVISOR)


def give(user: User, role: Role) -> None:
    """This role, and none besides; part of the caller's transaction."""
    if not Group.objects.filter(name=role.value).exists():
        load_groups()
    user.groups.set([Group.objects.get(name=role.value)])


@transaction.atomic
def load() -> int:
    """The groups as the table has them, and the implied role for each account without any; how many that were.

    A superuser needs none. Whoever has a role keeps it. Permission.DoesNotExist before `migrate`.
    """
    groups = load_groups()
    without = User.objects.filter(groups=None, is_superuser=False).exclude(kind=User.Kind.CITIZEN)
    roles = ((user, implied(user)) for user in without.order_by("pk").iterator(BATCH))
    rows = [User.groups.through(user_id=user.pk, group_id=groups[role]) for user, role in roles if role]
    User.groups.through.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def load_groups() -> dict[Role, int]:
    """The groups' ids, after each has been given exactly its permissions."""
    Group.objects.bulk_create([Group(name=role.value) for role in Role], ignore_conflicts=True)
    groups = {Role(name): pk for name, pk in Group.objects.filter(name__in=Role.values).values_list("name", "pk")}
    permissions = _ids(set().union(*PERMISSIONS.values()))
    wanted = {(groups[role], permissions[name]) for role, names in PERMISSIONS.items() for name in names}
    through = Group.permissions.through
    there = set(through.objects.filter(group_id__in=groups.values()).values_list("group_id", "permission_id"))
    for group, permission in there - wanted:
        through.objects.filter(group_id=group, permission_id=permission).delete()
    rows = [through(group_id=group, permission_id=permission) for group, permission in wanted - there]
    through.objects.bulk_create(rows, ignore_conflicts=True)
    return groups


def _ids(names: Iterable[str]) -> dict[str, int]:
    """From «app.codename»; Permission.DoesNotExist for one that the database does not have."""
    wanted = set(names)
    codenames = {name.partition(".")[2] for name in wanted}
    rows = Permission.objects.filter(codename__in=codenames).values_list("content_type__app_label", "codename", "pk")
    ids = {f"{app}.{codename}": pk for app, codename, pk in rows}
    if not wanted <= ids.keys():
        raise Permission.DoesNotExist(", ".join(sorted(wanted - ids.keys())))
    return ids
