"""«Không phải tôi»: what the browser that was put out can do, once, and what it never gets by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccountAlert, Device, Event, Message, OneTimeCode, User
from accounts.services import alerts, recovery_codes
from tests import factories
from tests.accounts import changing_phone, resetting
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.signing_in import browser, sign_in
from tests.accounts.taking_over import is_in, take_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

PRESS = "/dang-nhap/khong-phai-toi/"
BUTTON = "Không phải tôi, khóa tài khoản"


@pytest.fixture
def taken(citizen: User, first: Client, second: Client) -> User:
    take_over(second)
    first.get("/the-bhyt/")
    return citizen


def locked(user: User) -> bool:
    user.refresh_from_db()
    return user.locked_at is not None


def login_page(client: Client) -> str:
    return client.get("/dang-nhap/").content.decode()


def test_it_locks_the_account_ends_all_sessions_and_starts_recovery_by_a_code(
    taken: User, first: Client, second: Client
) -> None:
    assert BUTTON in login_page(first)
    assert first.post(PRESS).url == "/quen-mat-khau/ma/"
    assert locked(taken)
    assert taken.active_device is None
    assert not is_in(second)
    assert not is_in(first)
    assert OneTimeCode.objects.get(purpose="reset").subject == str(taken.pk)
    assert {str(to) for to in Message.objects.filter(purpose__in=["reset", "locked"]).values_list("to", flat=True)} == {
        PHONE
    }


def test_the_office_is_told_and_the_owner_too(taken: User, first: Client) -> None:
    first.post(PRESS)
    alert = AccountAlert.objects.get()
    assert (alert.kind, alert.user, alert.closed_at) == (AccountAlert.Kind.DISPUTE, taken, None)
    assert alert.device is not None
    assert alert.device.name == "Edge trên Windows"
    assert f"tai khoan {taken.username} da khoa" in text_of(Message.objects.get(purpose="locked"))
    event = Event.objects.get(action="device.disputed")
    assert (event.actor_id, event.person_id, event.object_id) == (None, taken.person_id, str(taken.pk))


def test_the_thief_who_was_inside_is_told_why_and_cannot_press_back(taken: User, first: Client, second: Client) -> None:
    first.post(PRESS)
    second.get("/the-bhyt/")
    page = login_page(second)
    assert "Tài khoản đã khóa" in page
    assert BUTTON not in page
    assert second.post(PRESS).url == "/dang-nhap/"
    assert AccountAlert.objects.count() == 1


def test_the_password_opens_nothing_until_the_phone_has_proved_itself(taken: User, first: Client) -> None:
    first.post(PRESS)
    answer = sign_in(browser())
    assert answer.status_code == 200
    assert "Tài khoản đang khóa" in answer.content.decode()
    new = "Con trâu đi trước cái cày"
    first.post("/quen-mat-khau/ma/", {"code": newest_code()})
    first.post("/quen-mat-khau/mat-khau-moi/", {"new_password1": new, "new_password2": new})
    assert not locked(taken)
    assert not is_in(first)
    assert sign_in(first, password=new).url == "/the-bhyt/"


def test_the_lock_is_told_only_to_whoever_knows_the_password(taken: User, first: Client) -> None:
    first.post(PRESS)
    assert "đang khóa" not in sign_in(browser(), password="sai-mat-khau").content.decode()


def three_days_later(client: Client, taken: User) -> None:
    Device.objects.filter(ended_by="take_over").update(ended_at=timezone.now() - timedelta(hours=72, minutes=1))


def taken_on_from_there(client: Client, taken: User) -> None:
    take_over(browser("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"))


def account_closed(client: Client, taken: User) -> None:
    User.objects.filter(pk=taken.pk).update(is_active=False)


@pytest.mark.parametrize("meanwhile", [three_days_later, taken_on_from_there, account_closed])
def test_once_within_72_hours_and_only_of_the_latest_take_over(
    taken: User, first: Client, meanwhile: Callable[[Client, User], Any]
) -> None:
    meanwhile(first, taken)
    before = AccountAlert.objects.count()
    assert first.post(PRESS).url == "/dang-nhap/"
    assert "Không có gì thay đổi" in login_page(first)
    assert AccountAlert.objects.count() == before


def test_a_page_only_opened_locks_nothing(taken: User, first: Client) -> None:
    assert first.get(PRESS).status_code == 405
    assert not locked(taken)


@pytest.mark.parametrize("cookie", ["", "k" * 43, "key only", "made up"])
def test_only_with_the_own_cookie_of_the_browser_that_was_put_out(taken: User, first: Client, cookie: str) -> None:
    key, turn = first.cookies["device"].value.split(".")
    stranger = browser()
    stranger.cookies["sessionid"] = first.cookies["sessionid"].value
    made_up = {"key only": key, "made up": f"{key}.{turn.split('-')[0]}-1-{'0' * 32}"}.get(cookie, cookie)
    stranger.cookies["device"] = made_up
    Device.objects.update(rotated_at=timezone.now() - timedelta(hours=1))
    assert BUTTON not in login_page(stranger)
    stranger.post(PRESS)
    assert not locked(taken)


@pytest.mark.parametrize("turn", ["fresh", "from before there were proofs"])
def test_a_made_up_cookie_reads_nothing_of_a_stranger_and_locks_nobody(taken: User, turn: str) -> None:
    if turn != "fresh":
        Device.objects.update(rotated_at=None)
    stranger = browser()
    named = ".".join(f"{pk}-0-{'0' * 32}" for pk in Device.objects.values_list("pk", flat=True))
    stranger.cookies["device"] = f"{'k' * 43}.{named}"
    assert "data-put-out" not in login_page(stranger)
    assert stranger.post(PRESS).url == "/dang-nhap/"
    assert not locked(taken)


def test_it_can_be_pressed_after_the_session_is_long_over(taken: User, first: Client) -> None:
    del first.cookies["sessionid"]
    assert "chuyển sang Edge trên Windows" in login_page(first)
    first.post(PRESS)
    assert locked(taken)


def test_a_browser_that_signed_out_by_itself_has_nothing_to_say(citizen: User, first: Client, second: Client) -> None:
    first.post("/dang-xuat/")
    sign_in(second)
    assert BUTTON not in login_page(first)
    first.post(PRESS)
    assert not locked(citizen)


def test_another_accounts_take_over_in_the_same_browser_is_no_business_of_this_one(taken: User, first: Client) -> None:
    other = factories.citizen(factories.person("9900000002"), phone="+84999000002")
    sign_in(first, other.username, PASSWORD)
    first.post("/dang-xuat/")
    first.post(PRESS)
    assert locked(taken)
    assert not locked(other)


def changed_by_the_taker(second: Client, citizen: User) -> None:
    """The one inside has a printed code, and moves the account's codes to a number of their own."""
    code = recovery_codes.make(citizen)[0]
    changing_phone.start(second)
    second.post("/tai-khoan/dien-thoai/ma-du-phong/", {"code": code})
    changing_phone.prove_new(second)


def test_with_the_number_changed_since_no_code_goes_there_and_only_the_office_helps(
    taken: User, first: Client, second: Client
) -> None:
    changed_by_the_taker(second, taken)
    taken.refresh_from_db()
    assert str(taken.phone) != PHONE
    assert first.post(PRESS).url == "/dang-nhap/"
    assert "mang giấy tờ đến cơ quan BHXH" in login_page(first)
    assert locked(taken)
    resetting.ask(second)
    assert not Message.objects.filter(purpose="reset", to=taken.phone).exists()
    assert "mang giay to den co quan BHXH" in text_of(Message.objects.get(purpose="locked"))


def test_the_office_that_finds_the_number_right_gives_the_codes_back(
    taken: User, first: Client, second: Client
) -> None:
    changed_by_the_taker(second, taken)
    first.post(PRESS)
    alerts.close(AccountAlert.objects.get().pk, officer=factories.administrator(), outcome=AccountAlert.Outcome.MISTAKE)
    taken.refresh_from_db()
    resetting.ask(second)
    assert Message.objects.filter(purpose="reset", to=taken.phone).exists()
