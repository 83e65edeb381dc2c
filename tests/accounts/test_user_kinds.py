"""The database itself keeps citizens, staff and clinic desks apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Facility, User
from tests import factories

pytestmark = pytest.mark.django_db

CODE = "9900000001"


def facility() -> Facility:
    return Facility.objects.get_or_create(code="01020", defaults={"name": "Trạm y tế phường Ba Đình"})[0]


VALUES = {
    "person": factories.person,
    "office": factories.office,
    "ward": factories.ward,
    "facility": facility,
}


def make(username: str, **fields: Any) -> User:
    """`True` stands for a row of that relation."""
    made = {name: VALUES[name]() if value is True and name in VALUES else value for name, value in fields.items()}
    return User.objects.create(username=username, **made)


@pytest.mark.parametrize(
    "fields",
    [
        {"username": CODE, "kind": "citizen", "bhxh_code": CODE, "person": True},
        {"username": "cb", "kind": "staff"},
        {"username": "cb", "kind": "staff", "office": True},
        {"username": "cb", "kind": "staff", "office": True, "ward": True},
        {"username": "qt", "kind": "staff", "is_superuser": True},
        {"username": "01020_BV", "kind": "clinic", "facility": True},
    ],
)
def test_a_whole_account_of_each_kind_is_taken(fields: dict[str, Any]) -> None:
    assert make(**fields).pk


CITIZEN = {"username": CODE, "kind": "citizen", "bhxh_code": CODE, "person": True}
CLINIC = {"username": "01020_BV", "kind": "clinic", "facility": True}


@pytest.mark.parametrize(
    "fields",
    [
        CITIZEN | {"person": None},
        CITIZEN | {"username": "mau"},
        CITIZEN | {"bhxh_code": "9900000002"},
        CITIZEN | {"bhxh_code": None},
        CITIZEN | {"is_superuser": True},
        CITIZEN | {"office": True},
        CITIZEN | {"office": True, "ward": True},
        CITIZEN | {"facility": True},
        {"username": "cb", "kind": "staff", "person": True},
        {"username": "cb", "kind": "staff", "bhxh_code": CODE},
        {"username": "cb", "kind": "staff", "facility": True},
        {"username": "cb", "kind": "staff", "ward": True},
        CLINIC | {"facility": None},
        CLINIC | {"person": True},
        CLINIC | {"bhxh_code": CODE},
        CLINIC | {"office": True},
        CLINIC | {"is_superuser": True},
        {"username": "x", "kind": "admin"},
        {"username": "x", "kind": ""},
    ],
    ids=str,
)
def test_a_mixed_account_is_refused_by_the_database(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)
    assert not User.objects.exists()


def test_a_person_has_one_account_at_most() -> None:
    person = factories.person()
    factories.citizen(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="9900000009", bhxh_code="9900000009", kind="citizen", person=person)


def test_a_login_name_is_given_once_among_all_kinds() -> None:
    make(CODE, kind="staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**CITIZEN)


def test_one_paper_leads_to_one_person() -> None:
    factories.person(id_number="001085990001")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.person("9900000002", id_number="001085990001")
    factories.person("9900000003", id_kind="", id_number="")
    factories.person("9900000004", id_kind="", id_number="")


def test_only_staff_may_enter_the_desk() -> None:
    assert make("cb", kind="staff").is_staff
    assert not make(**CITIZEN).is_staff
    assert not make(**CLINIC).is_staff
