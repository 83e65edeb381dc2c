"""/tai-khoan/nhat-ky/: the account's history as its owner reads it, page after page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Event, Person, User
from accounts.services import access
from accounts.services.history import PAGE
from tests import factories
from tests.accounts.looks import looked, signed_in
from tests.accounts.own import HISTORY, page, words

pytestmark = pytest.mark.django_db


def rows(html: str) -> list[str]:
    return [words(row.split("</li>", 1)[0]) for row in html.split("data-step>")[1:]]


def test_a_row_says_what_where_when_and_by_whom(own: Client, citizen: User, person: Person) -> None:
    Device.objects.update(place="Đà Nẵng")
    signed_in(citizen, citizen.active_device)
    access.record("credentials.reissued", actor=factories.officer("ten-dang-nhap"), person_id=person.pk)
    by_staff, by_oneself = rows(html := page(own, HISTORY))
    for fact in ("Đăng nhập bằng mật khẩu", "Thiết bị này", "Chrome trên Android · Đà Nẵng"):
        assert fact in by_oneself
    assert timezone.localtime(Event.objects.earliest("pk").at).strftime("%H:%M %d/%m/%Y") in by_oneself
    assert "Cán bộ" not in by_oneself
    assert "Gửi mật khẩu một lần mới" in by_staff
    assert "Cán bộ Bảo hiểm xã hội cơ sở Ba Đình" in by_staff
    assert "Thiết bị" not in by_staff
    assert "ten-dang-nhap" not in html


def test_only_the_account_is_told_of_and_only_ones_own(own: Client, person: Person) -> None:
    looked(person, factories.officer())
    signed_in(factories.citizen(factories.person("9900000002")), None)
    html = page(own, HISTORY)
    assert rows(html) == []
    assert "Chưa có việc nào được ghi lại" in html


def test_older_steps_are_on_the_next_page(own: Client, citizen: User) -> None:
    for _ in range(PAGE + 2):
        signed_in(citizen, citizen.active_device)
    first = page(own, HISTORY)
    assert len(rows(first)) == PAGE
    assert "Về việc mới nhất" not in first
    (older,) = re.findall(r'href="(/tai-khoan/nhat-ky/\?truoc=\d+)"', first)
    second = page(own, older)
    assert len(rows(second)) == 2
    assert "?truoc=" not in second
    assert "Về việc mới nhất" in second
    assert "Không còn việc nào cũ hơn" in page(own, f"{HISTORY}?truoc=1")


@pytest.mark.parametrize("truoc", ["", "abc", "-1", "٣", "9" * 19, "<b>x</b>"])
def test_what_is_no_event_leads_to_the_newest_page(own: Client, citizen: User, truoc: str) -> None:
    signed_in(citizen, None)
    html = page(own, f"{HISTORY}?truoc={truoc}")
    assert len(rows(html)) == 1
    assert "<b>x" not in html


def test_the_page_is_the_citizens_own_only_read_and_never_kept(client: Client, own: Client) -> None:
    assert client.get(HISTORY).url == f"/dang-nhap/?next={HISTORY}"
    for user in (factories.officer(), factories.desk()):
        assert factories.signed_in(user).get(HISTORY).status_code == 404
    assert own.post(HISTORY).status_code == 405
    before = Event.objects.count()
    assert "no-store" in own.get(HISTORY)["Cache-Control"]
    assert Event.objects.count() == before


def test_the_number_of_queries_does_not_grow(
    own: Client, citizen: User, person: Person, django_assert_num_queries
) -> None:
    for count in (1, 30):
        for number in range(count):
            signed_in(citizen, Device.objects.create(user=citizen, name="Chrome", last_used_at=timezone.now()))
            access.record("account.unlocked", actor=factories.officer(f"canbo-{count}-{number}"), person_id=person.pk)
        # Session, user and its device; the steps, who did them, on which devices.
        with django_assert_num_queries(6):
            page(own, HISTORY)


def test_names_are_never_markup(own: Client, citizen: User) -> None:
    Device.objects.update(name="<u>máy</u>", place="<i>nơi</i>")
    signed_in(citizen, citizen.active_device)
    html = page(own, HISTORY)
    assert "<u>m" not in html
    assert "<i>n" not in html
