"""How long a session lasts, idle and in all, and in how many browsers staff and clinics may be at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import Device, User
from accounts.services import devices, sessions
from tests import factories
from tests.accounts.signing_in import browser, left_alone, sign_in
from tests.accounts.taking_over import is_in

pytestmark = pytest.mark.django_db


def at_the_desk(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_citizens_session_left_alone_for_half_an_hour_is_over_and_the_page_says_why(first: Client) -> None:
    left_alone(first, 29)
    assert is_in(first)
    left_alone(first, 30.1)
    assert first.get("/the-bhyt/").url == "/dang-nhap/?next=/the-bhyt/"
    page = first.get("/dang-nhap/?next=/the-bhyt/").content.decode()
    assert "Bạn không dùng trong một lúc" in page
    assert sign_in(first, next="/the-bhyt/").url == "/the-bhyt/"


def test_being_left_alone_does_not_free_the_account(citizen: User, first: Client, second: Client) -> None:
    left_alone(first, 31)
    first.get("/the-bhyt/")
    citizen.refresh_from_db()
    assert citizen.active_device is not None
    assert sign_in(second).url == "/dang-nhap/chuyen-thiet-bi/"


def test_use_keeps_a_session_and_a_look_every_minute_is_noted(first: Client) -> None:
    left_alone(first, 20)
    assert is_in(first)
    assert first.session[sessions.USED] > time.time() - 60


def test_an_officers_session_ends_after_a_quarter_of_an_hour_left_alone() -> None:
    client = factories.signed_in(factories.officer())
    left_alone(client, 14)
    assert at_the_desk(client)
    left_alone(client, 15.1)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/login/")
    assert "phiên đã kết thúc" in page.content.decode()


def log_in_at_the_desk() -> Client:
    client = Client()
    client.post("/admin/login/", {"username": "canbo", "password": factories.PASSWORD})
    return client


def test_an_officers_session_lasts_eight_hours_a_citizens_twelve(first: Client) -> None:
    factories.officer()
    log_in_at_the_desk()
    in_all = [
        ended - timezone.now()
        for ended in Session.objects.order_by("expire_date").values_list("expire_date", flat=True)
    ]
    assert [round(lasts / timedelta(hours=1)) for lasts in in_all] == [8, 12]


@pytest.mark.parametrize("most", [1, 2])
def test_an_officer_is_at_as_many_desks_as_the_setting_says_and_the_oldest_goes(settings, most: int) -> None:
    settings.STAFF_SESSIONS = most
    factories.officer()
    desks = [log_in_at_the_desk() for _ in range(3)]
    assert [at_the_desk(client) for client in desks] == [False] * (3 - most) + [True] * most
    assert Device.objects.filter(ended_by=Device.Ending.CROWDED).count() == 3 - most


def test_a_clinics_counters_share_one_account(settings) -> None:
    settings.CLINIC_SESSIONS = 2
    factories.desk()
    counters = [browser() for _ in range(3)]
    for client in counters:
        sign_in(client, "01020_BV")
    assert [client.get("/co-so-kcb/").status_code for client in counters] == [302, 200, 200]
    assert "quá nhiều nơi" in counters[0].get("/dang-nhap/").content.decode()


def test_the_same_browser_at_the_desk_again_is_not_one_more(settings) -> None:
    settings.STAFF_SESSIONS = 2
    factories.officer()
    colleague, again = log_in_at_the_desk(), log_in_at_the_desk()
    for _ in range(3):
        del again.cookies["sessionid"]
        again.post("/admin/login/", {"username": "canbo", "password": factories.PASSWORD})
    assert at_the_desk(colleague)
    assert at_the_desk(again)


def test_leaving_the_desk_ends_that_session_only() -> None:
    factories.officer()
    one, other = log_in_at_the_desk(), log_in_at_the_desk()
    cookie = one.cookies["sessionid"].value
    one.post("/admin/logout/")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert not at_the_desk(thief)
    assert at_the_desk(other)


def test_all_sessions_of_a_desk_can_be_ended() -> None:
    user = factories.officer()
    open_ones = [log_in_at_the_desk(), log_in_at_the_desk()]
    devices.end_desk_sessions(user)
    assert [at_the_desk(client) for client in open_ones] == [False, False]


def test_a_deactivated_officers_open_session_does_nothing_more() -> None:
    user = factories.officer()
    client = log_in_at_the_desk()
    declaration = factories.filed()
    User.objects.filter(pk=user.pk).update(is_active=False)
    client.post(f"/admin/registration/declaration/{declaration.pk}/accept/")
    declaration.refresh_from_db()
    assert declaration.is_open
    assert not at_the_desk(client)


def test_an_officer_can_sign_a_citizen_out_everywhere_and_the_owner_is_told(citizen: User, first: Client) -> None:
    devices.end_by_staff(citizen, actor=factories.officer(), reason="lost_phone")
    assert not is_in(first)
    assert "Cán bộ BHXH đã cho thiết bị này thoát" in first.get("/dang-nhap/").content.decode()
    assert sign_in(browser()).url == "/the-bhyt/"
