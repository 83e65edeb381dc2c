"""What demo mode may touch: only a database it created itself, holding only invented people."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Event, Installation, Message, OneTimeCode, Person, User
from accounts.services import access, roles
from accounts.services.roles import Role

# Reference data may be there; what people leave behind may not.
_FILLED_BY_USE = (Installation, User, Person, OneTimeCode, Message, Event)
DEMO_CODE_PREFIX = "99"
DEMO_PASSWORD = "Demo-Portal-2026"  # noqa: S105 - printed by `./portal up`, works in demo mode only
# What an account's place does not imply.
_ROLES = {
    "admin": Role.ADMINISTRATOR,
    "supervisor": Role.SUPERVISOR,
    "clinic_manager": Role.CLINIC_MANAGER,
}
# A first migrate that was interrupted has made these, and no table of ours yet.
_MADE_BEFORE_OURS = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


class ForeignDatabase(PortalError):
    code = "foreign_database"
    message = _(
        "Chế độ demo và dữ liệu thật không dùng chung một cơ sở dữ liệu: cơ sở dữ liệu này không do chế độ "
        "đang chạy tạo ra, hoặc có người ngoài dữ liệu mẫu (mã không bắt đầu bằng 99)."
    )


def claim_database() -> None:
    """Mark an empty database as the demo's; ForeignDatabase if it holds anything demo mode did not put there."""
    if not settings.DEMO_MODE:
        raise ForeignDatabase
    with transaction.atomic():
        if _is_empty():
            Installation.objects.create(is_demo=True)
    refuse_foreign_database()


def refuse_before_migrating() -> None:
    """ForeignDatabase if the tables there are were not made by demo mode; what is empty may be filled."""
    tables = set(connection.introspection.table_names())
    if Installation._meta.db_table not in tables:
        is_ours = tables <= _MADE_BEFORE_OURS
    else:
        is_ours = Installation.objects.filter(is_demo=True).exists() or _is_empty()
    if not is_ours:
        raise ForeignDatabase


def refuse_foreign_database() -> None:
    """Called as a process starts. Outside demo mode a demo database is refused too: its logins are public."""
    try:
        is_demo = Installation.objects.filter(is_demo=True).exists()
        if is_demo != settings.DEMO_MODE or (settings.DEMO_MODE and _holds_real_people()):
            raise ForeignDatabase
    except DatabaseError as error:
        if settings.DEMO_MODE:  # what cannot be looked at cannot be trusted
            raise ForeignDatabase from error
        # Elsewhere a database that is not reachable yet is /readyz's to tell.


def _is_empty() -> bool:
    return not any(model._default_manager.exists() for model in _FILLED_BY_USE)


def _holds_real_people() -> bool:
    return Person.objects.exclude(bhxh_code__startswith=DEMO_CODE_PREFIX).exists()


def ensure_demo_accounts(rows: Iterable[dict[str, str]]) -> None:
    """The demo's logins with their roles; rows as in `cards/data/demo/accounts.csv`. Existing ones stay as they are."""
    refuse_foreign_database()
    known = set(User.objects.values_list("username", flat=True))
    hashed = make_password(DEMO_PASSWORD)
    for row in rows:
        if row["login"] not in known:
            with transaction.atomic():
                user = User.objects.create(username=row["login"], password=hashed, **_fields(row))
                role = _ROLES.get(row["kind"]) or roles.implied(user)
                if role is not None:
                    roles.give(user, role)
                if user.kind == User.Kind.CITIZEN:
                    _note_issue(user, row["office_code"])


def _note_issue(user: User, office: str) -> None:
    """As if an officer of this office had accepted the declaration: it looks after the account."""
    detail = {"office": office} if office else {}
    access.record(
        "account.issued", actor=None, person_id=user.person_id, object_type="user", object_id=user.pk, detail=detail
    )


def _fields(row: dict[str, str]) -> dict[str, object]:
    if row["kind"] == "citizen":
        person = Person.objects.get(bhxh_code=row["bhxh_code"])
        return {
            "kind": User.Kind.CITIZEN,
            "bhxh_code": person.bhxh_code,
            "person": person,
            "phone": person.phone,
        }
    if row["kind"] in {"clinic", "clinic_manager"}:
        return {"kind": User.Kind.CLINIC, "facility_id": row["facility_code"]}
    return {
        "kind": User.Kind.STAFF,
        "office_id": row["office_code"] or None,
        "ward_id": row["ward_code"] or None,
    }
