"""What an account's owner reads of the events: every look, whoever looked, and nothing of anyone else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection

from accounts.admin.lists import PersonsDataAdmin
from accounts.models import Person, User
from accounts.services import access, history, traces
from accounts.services.traces import PAGE
from tests import factories
from tests.accounts.looks import checked, seen

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


def whoever(person: Person) -> list[str]:
    return [look.who for look in traces.looks(person.pk).looks]


def test_a_look_of_a_clinic_tells_the_place_the_reason_and_the_way(person: Person) -> None:
    checked(person, factories.desk(), reason="emergency", by="typed")
    (look,) = traces.looks(person.pk).looks
    assert (look.who, look.what, look.reason, look.way, look.count) == (
        "Bệnh viện Thử",
        "Thẻ BHYT",
        "Cấp cứu",
        "gõ số thẻ và ngày sinh",
        1,
    )


def test_the_place_is_the_one_at_the_time_of_the_look(person: Person) -> None:
    desk = factories.desk()
    checked(person, desk)
    desk.facility = factories.facility("01999", "Trạm y tế khác")
    desk.save()
    assert whoever(person) == ["Bệnh viện Thử"]


def test_a_look_stays_when_whoever_looked_is_gone(person: Person) -> None:
    officer = factories.officer()
    seen(person, officer)
    officer.delete()
    assert whoever(person) == ["Một tài khoản không còn nữa"]


def test_staff_are_told_by_their_office_and_nobody_by_a_login_name(person: Person) -> None:
    seen(person, None)
    seen(person, factories.officer("quantri", office=None, is_superuser=True))
    seen(person, factories.officer("canbotw", office=None))
    seen(person, factories.officer("canbo"))
    checked(person, factories.desk(), facility="99999")
    assert whoever(person) == [
        "Bệnh viện Thử",
        "Cán bộ Bảo hiểm xã hội cơ sở Ba Đình",
        "Cán bộ BHXH",
        "Quản trị viên hệ thống",
        "Một tài khoản không còn nữa",
    ]


def test_what_is_missing_or_unknown_in_an_event_is_left_out(person: Person) -> None:
    checked(person, factories.desk(), reason="curiosity", by="telepathy")
    access.record("card.checked", actor=None, person_id=person.pk)
    for look in traces.looks(person.pk).looks:
        assert (look.reason, look.way) == ("", "")


@pytest.mark.parametrize(
    "action",
    [
        "session.started",
        "session.ended",
        "device.taken_over",
        "password.changed",
        "account.issued",
        "declaration.accept",
    ],
)
def test_what_is_no_look_is_not_listed(person: Person, action: str) -> None:
    seen(person, factories.officer(), action)
    assert traces.looks(person.pk).looks == []


def test_looks_at_others_are_not_listed(person: Person) -> None:
    checked(factories.person("9900000002"), factories.desk())
    access.record("card.check_missed", actor=User.objects.get(), detail={"facility": "01020", "by": "typed"})
    assert traces.looks(person.pk).looks == []


def test_every_list_of_the_desk_with_peoples_data_has_words() -> None:
    actions = {
        f"{model._meta.model_name}.seen"
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, PersonsDataAdmin)
    }
    assert actions
    assert actions <= set(traces.LOOKS)


def test_every_look_that_is_written_anywhere_has_words() -> None:
    own = Path(traces.__file__)
    sources = [path for app in ("accounts", "cards", "registration") for path in (ROOT / app).rglob("*.py")]
    written = {
        action
        for path in sources
        if path != own
        for action in re.findall(r'"([a-z]+\.(?:viewed|seen|checked))"', path.read_text())
    }
    assert {"declaration.viewed", "photo.viewed"} <= written
    assert written <= set(traces.LOOKS)


def test_no_more_is_read_than_asked_for(person: Person, django_assert_num_queries) -> None:
    desk = factories.desk()
    for reason in ("care", "emergency", "payment", "referral"):
        checked(person, desk, reason=reason)
    with django_assert_num_queries(3) as captured:
        page = traces.looks(person.pk, actions=traces.CARD_LOOKS, limit=3)
    assert [look.reason for look in page.looks] == ["Chuyển tuyến, hẹn khám lại", "Thanh toán chi phí", "Cấp cứu"]
    assert "LIMIT 4" in captured[0]["sql"]
    assert [look.reason for look in traces.looks(person.pk, before=page.older).looks] == ["Khám, chữa bệnh"]


def test_one_kind_of_look_alone_can_be_asked_for(person: Person) -> None:
    officer = factories.officer()
    for action in traces.LOOKS:
        seen(person, officer, action)
    found = traces.looks(person.pk, actions=traces.CARD_LOOKS).looks
    assert [look.what for look in found] == ["Thẻ BHYT", "Thẻ BHYT"]


@pytest.mark.parametrize("count", [1, 60])
def test_any_number_of_lookers_costs_three_queries(person: Person, django_assert_num_queries, count: int) -> None:
    for number in range(count):
        place = factories.facility(f"{number:05d}", f"Trạm {number}")
        checked(person, factories.desk(f"desk{number}", facility=place), facility=place.code)
        seen(person, factories.officer(f"canbo{number}"))
    with django_assert_num_queries(3):
        assert len(traces.looks(person.pk).looks) == min(PAGE, 2 * count)


def test_what_there_is_a_million_of_does_not_stand_in_the_way_of_the_rest(person: Person) -> None:
    """Each action has a stretch of the index of its own; nothing is sorted or read through.

    Of SQLite's plan, which goes by the indexes there are; PostgreSQL reads an empty table whichever way it likes.
    """
    if connection.vendor == "postgresql":
        return
    for actions in (tuple(traces.LOOKS), tuple(history.STEPS)):
        plan = traces.newest(person.pk, actions, before=10**6, limit=PAGE).explain()
        assert plan.count("event_of_person_by_action") == len(actions), plan
