"""/tai-khoan/luot-xem/: each look as its person reads it, page after page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Person
from accounts.services.traces import PAGE
from tests import factories
from tests.accounts.looks import looked, signed_in
from tests.accounts.own import LOOKS, PROFILE, page, words

pytestmark = pytest.mark.django_db


def test_a_look_says_who_what_why_how_and_when(own: Client, person: Person) -> None:
    looked(person, factories.desk(), action="card.checked", facility="01020", reason="care", by="scan")
    row = words(page(own, LOOKS).split("data-look", 1)[1])
    for fact in ("Bệnh viện Thử", "Thẻ BHYT", "Khám, chữa bệnh", "quét mã"):
        assert fact in row
    assert timezone.localtime(Event.objects.latest("pk").at).strftime("%H:%M %d/%m/%Y") in row


def test_looks_alike_are_one_row_with_their_number(own: Client, person: Person) -> None:
    officer = factories.officer()
    for _ in range(3):
        looked(person, officer)
    html = page(own, LOOKS)
    assert html.count("data-look") == 1
    assert "3 lần" in words(html)
    looked(person, officer, action="person.seen")
    assert "1 lần" not in words(page(own, LOOKS))


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_no_login_name_is_ever_shown(own: Client, person: Person, path: str) -> None:
    looked(person, factories.officer("ten-dang-nhap-1"))
    looked(person, factories.desk("ten-dang-nhap-2"), action="card.checked", facility="01020")
    looked(person, factories.officer("ten-dang-nhap-3", office=None, is_superuser=True))
    html = page(own, path)
    assert html.count("data-look") == 3
    assert "ten-dang-nhap" not in html


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_nothing_of_another_persons_events_is_shown(own: Client, path: str) -> None:
    other = factories.citizen(factories.person("9900000002"))
    looked(other.person, factories.officer())
    factories.signed_in(other)
    signed_in(other, other.active_device)
    html = page(own, path)
    assert "data-look" not in html
    assert "data-login" not in html


def test_an_event_of_another_person_is_only_a_place_in_the_list(own: Client, person: Person) -> None:
    officer, other = factories.officer(), factories.person("9900000002")
    looked(person, officer, action="person.seen")
    looked(other, officer)
    html = page(own, f"{LOOKS}?truoc={Event.objects.latest('pk').pk}")
    assert html.count("data-look") == 1
    assert "Hồ sơ người tham gia" in html


def test_older_looks_are_on_the_next_page(own: Client, person: Person) -> None:
    looked(person, factories.officer(), times=PAGE + 2)
    first = page(own, LOOKS)
    assert first.count("data-look") == PAGE
    assert "Về lượt mới nhất" not in first
    (older,) = re.findall(r'href="(/tai-khoan/luot-xem/\?truoc=\d+)"', first)
    second = page(own, older)
    assert second.count("data-look") == 2
    assert "?truoc=" not in second
    assert "Về lượt mới nhất" in second


def test_past_the_end_the_page_does_not_claim_that_nobody_looked(own: Client, person: Person) -> None:
    looked(person, factories.officer())
    html = page(own, f"{LOOKS}?truoc=1")
    assert "Không còn lượt xem nào cũ hơn" in html
    assert "Chưa có ai" not in html
    assert "Về lượt mới nhất" in html


@pytest.mark.parametrize(
    "truoc",
    [
        "",
        "abc",
        "-1",
        "+5",
        "1.5",
        "1e3",
        "٣",
        "１",
        "²",
        "%00",
        "1;DROP",
        "9" * 19,
        "9" * 5000,
        "<b>x</b>",
        "1&truoc=x",
    ],
    ids=lambda typed: typed[:20],
)
def test_what_is_no_event_leads_to_the_newest_page(own: Client, person: Person, truoc: str) -> None:
    looked(person, factories.officer())
    html = page(own, f"{LOOKS}?truoc={truoc}")
    assert html.count("data-look") == 1
    assert "<b>x" not in html


def test_the_largest_number_that_is_asked_for_is_no_error(own: Client, person: Person) -> None:
    looked(person, factories.officer())
    assert page(own, f"{LOOKS}?truoc={'9' * 18}").count("data-look") == 1
