"""One account in one browser at a time: which browser has it, how long, and what the owner is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Event, Message, User
from accounts.services import sessions
from tests import factories
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.signing_in import CODE, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, is_in, take_over

pytestmark = pytest.mark.django_db


def test_with_no_active_device_the_password_alone_logs_in_and_the_owner_is_told(citizen: User, first: Client) -> None:
    citizen.refresh_from_db()
    assert citizen.active_device == citizen.devices.get()
    told = Message.objects.get()
    assert (told.kind, str(told.to)) == (Message.Kind.NOTICE, PHONE)
    assert f"tai khoan {CODE} vua dang nhap tren Chrome tren Android" in text_of(told)


def test_a_browser_the_account_remembers_is_no_news(citizen: User, first: Client) -> None:
    first.post("/dang-xuat/")
    assert sign_in(first).url == "/the-bhyt/"
    assert Message.objects.count() == 1
    assert citizen.devices.count() == 2


def test_an_account_signed_out_in_another_tab_is_over_and_nobody_is_accused(first: Client, second: Client) -> None:
    tab = browser()
    tab.cookies["device"] = first.cookies["device"].value
    sign_in(tab)
    tab.post("/dang-xuat/")
    sign_in(second)
    page = first.get(first.get("/the-bhyt/").url).content.decode()
    assert "Phiên trước đã kết thúc" in page
    assert "Edge trên Windows" not in page
    assert is_in(second)


def test_a_browser_that_was_put_out_is_a_stranger_again(first: Client, second: Client) -> None:
    take_over(second)
    second.post("/dang-xuat/")
    before = Message.objects.filter(kind=Message.Kind.NOTICE).count()
    assert sign_in(first).url == "/the-bhyt/"
    assert Message.objects.filter(kind=Message.Kind.NOTICE).count() == before + 1


def test_whoever_knows_the_password_cannot_run_up_messages(citizen: User) -> None:
    for _ in range(12):
        client = browser()
        sign_in(client)
        client.post("/dang-xuat/")
    assert Message.objects.count() == 10
    assert Event.objects.filter(action="session.started").count() == 12


def test_a_session_ends_twelve_hours_after_its_login_however_much_it_is_used(
    first: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = Session.objects.get().expire_date
    assert ends - timezone.now() < timedelta(hours=12)
    monkeypatch.setattr(sessions, "NOTED_EVERY", timedelta(seconds=-1))
    first.get("/the-bhyt/")
    session = first.session
    session["used"] = True
    session.save()
    assert abs(Session.objects.get().expire_date - ends) < timedelta(seconds=1)


def test_a_second_tap_on_the_login_button_is_the_same_browser(citizen: User) -> None:
    page = browser()
    page.get("/dang-nhap/")
    twice = browser()
    twice.cookies["device"] = page.cookies["device"].value
    assert sign_in(page).url == sign_in(twice).url == "/the-bhyt/"
    assert citizen.devices.count() == 1


def test_an_expired_session_does_not_free_the_account_but_its_own_browser_comes_back(
    first: Client, second: Client
) -> None:
    Session.objects.all().delete()
    assert sign_in(second).url == TAKE_OVER_PAGE
    assert sign_in(first).url == "/the-bhyt/"
    assert is_in(first)


def test_signing_out_frees_the_account(citizen: User, first: Client, second: Client) -> None:
    first.post("/dang-xuat/")
    ended = citizen.devices.get()
    assert ended.ended_by == Device.Ending.SIGN_OUT
    assert sign_in(second).url == "/the-bhyt/"


def test_one_phone_in_the_family_holds_several_accounts(citizen: User, first: Client) -> None:
    factories.citizen(factories.person("9900000002"))
    sign_in(first, "9900000002")
    assert sign_in(first, CODE).url == "/the-bhyt/"
    assert Device.objects.filter(ended_at=None).count() == 2
    assert len(set(Device.objects.values_list("digest", flat=True))) == 2


def test_a_citizens_session_without_a_device_is_out(citizen: User, first: Client) -> None:
    stray = Client()
    stray.force_login(citizen)
    assert not is_in(stray)
    assert "Phiên trước đã kết thúc" in stray.get("/dang-nhap/").content.decode()
    assert is_in(first)


def test_the_last_use_is_noted_every_few_minutes_only(first: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    Device.objects.update(last_used_at=hour_ago)
    first.get("/the-bhyt/")
    assert Device.objects.get().last_used_at == hour_ago
    monkeypatch.setattr(sessions, "NOTED_EVERY", timedelta(seconds=-1))
    first.get("/the-bhyt/")
    assert Device.objects.get().last_used_at > hour_ago


def test_only_a_citizen_has_a_device(citizen: User, first: Client) -> None:
    officer = factories.officer()
    officer.active_device = citizen.devices.get()
    User.objects.filter(pk=citizen.pk).update(active_device=None)
    with pytest.raises(IntegrityError):
        officer.save()


def test_an_owner_without_a_phone_is_told_by_the_event_alone(citizen: User) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    assert sign_in(browser()).url == "/the-bhyt/"
    assert not Message.objects.exists()
    assert Event.objects.filter(action="session.started").count() == 1
