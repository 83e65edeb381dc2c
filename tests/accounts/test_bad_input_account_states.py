"""Accounts that are locked, closed or without a number at every door; stolen session cookies; people who have left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Event, Message, OneTimeCode, User
from accounts.services import devices
from accounts.services.devices import NoPhone
from accounts.services.passwords import AccountLocked, SignInRefused
from tests import factories
from tests.accounts import changing_phone, resetting
from tests.accounts.changing_phone import NEW_PHONE
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE
from tests.accounts.doors import SHEET
from tests.accounts.signing_in import CODE, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in, take_over
from tests.factories import PASSWORD
from tests.project.populated import populated
from tests.registration.at_the_desk import page_of
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

DISPUTE = "/dang-nhap/khong-phai-toi/"


def close(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def lose_its_number(user: User) -> None:
    User.objects.filter(pk=user.pk).update(phone="")


State = Callable[[User], None]
STATES = [resetting.lock, close, lose_its_number]


def sent_codes() -> int:
    return Message.objects.filter(kind=Message.Kind.CODE).exclude(to="").count()


# --- Login ----------------------------------------------------------------------------------------------


def test_at_login_a_locked_account_is_told_and_stays_shut(citizen: User) -> None:
    resetting.lock(citizen)
    client = browser()
    assert str(AccountLocked()) in Page(sign_in(client)).alert
    assert str(SignInRefused()) in Page(sign_in(client, password="sai-mật-khẩu")).alert
    assert not is_in(client)
    assert not Event.objects.exists()


def test_at_login_a_closed_account_is_as_if_it_were_not_there(citizen: User) -> None:
    close(citizen)
    client = browser()
    assert str(SignInRefused()) in Page(sign_in(client)).alert
    assert not is_in(client)
    assert not Event.objects.exists()


def test_at_login_an_account_without_a_number_opens_and_sends_nothing(citizen: User) -> None:
    lose_its_number(citizen)
    client = browser()
    assert sign_in(client).url == "/the-bhyt/"
    assert is_in(client)
    assert not Message.objects.exists()


# --- Take-over ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", STATES)
def test_a_take_over_half_done_is_over_when_the_account_changes(
    citizen: User, first: Client, second: Client, change: State
) -> None:
    sign_in(second)
    ask_for_code(second)
    code = newest_code()
    change(citizen)
    sent = sent_codes()
    for answer in (second.post(TAKE_OVER_PAGE, {"resend": "1"}), enter(second, code)):
        assert answer.url.startswith("/dang-nhap/")
    assert sent_codes() == sent
    assert not is_in(second)
    assert not Event.objects.filter(action="device.taken_over").exists()


@pytest.mark.parametrize("change", STATES)
def test_a_take_over_is_not_begun(citizen: User, first: Client, second: Client, change: State) -> None:
    change(citizen)
    sign_in(second)
    ask_for_code(second)
    assert not OneTimeCode.objects.exists()
    assert not is_in(second)
    if change == lose_its_number:
        assert str(NoPhone()) in second.get(TAKE_OVER_PAGE).content.decode()


# --- Reset ----------------------------------------------------------------------------------------------


def test_at_reset_a_locked_account_is_opened_by_the_code_to_its_phone(citizen: User) -> None:
    resetting.lock(citizen)
    client = resetting.proved(browser())
    assert str(AccountLocked()) in Page(sign_in(browser())).alert  # not by the code alone
    resetting.set_new(client)
    assert not is_in(client)
    assert sign_in(client, password=resetting.NEW).url == "/the-bhyt/"


@pytest.mark.parametrize("change", [close, lose_its_number])
def test_at_reset_an_account_closed_or_without_a_number_gets_no_code(citizen: User, change: State) -> None:
    change(citizen)
    client = browser()
    assert resetting.ask(client).url == resetting.ENTER
    assert sent_codes() == 0
    resetting.enter(client, newest_code())
    assert resetting.set_new(client).url == resetting.ASK
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("change", STATES)
def test_a_reset_half_done_sets_nothing_once_the_account_changes(citizen: User, change: State) -> None:
    client = resetting.proved(browser())
    change(citizen)
    assert resetting.set_new(client).url == resetting.ASK
    assert User.objects.get().check_password(PASSWORD)
    assert not Event.objects.filter(action="password.reset").exists()


# --- Change of number -----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", STATES)
def test_a_change_of_number_is_not_begun(citizen: User, first: Client, change: State) -> None:
    change(citizen)
    answer = changing_phone.start(first)
    assert sent_codes() == 0
    assert answer.url.startswith("/dang-nhap/")


def test_without_a_number_before_the_office_changes_it(citizen: User) -> None:
    lose_its_number(citizen)
    client = browser()
    sign_in(client)
    assert str(NoPhone()) in Page(changing_phone.start(client)).alert
    assert sent_codes() == 0


@pytest.mark.parametrize("step", ["old", "new"])
@pytest.mark.parametrize("change", STATES)
def test_a_change_of_number_half_done_is_over(citizen: User, first: Client, change: State, step: str) -> None:
    if step == "old":
        changing_phone.start(first)
    else:
        changing_phone.at_the_new_number(first)
    code, sent = newest_code(), sent_codes()
    change(citizen)
    page = changing_phone.OLD if step == "old" else changing_phone.NEW
    first.post(page, {"code": code})
    assert sent_codes() == sent
    assert str(User.objects.get().phone or "") != NEW_PHONE
    assert not Event.objects.filter(action="phone.changed").exists()


# --- A stolen session cookie ----------------------------------------------------------------------------


def with_the_cookie_of(client: Client) -> Client:
    thief = browser()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    return thief


def take_it_over(first: Client, second: Client) -> None:
    take_over(second)


def press_not_me(first: Client, second: Client) -> None:
    take_over(second)
    first.get("/the-bhyt/")
    first.post(DISPUTE)


def sign_out(first: Client, second: Client) -> None:
    first.post("/dang-xuat/")


def sign_in_again(first: Client, second: Client) -> None:
    sign_in(first)


def set_a_password(first: Client, second: Client) -> None:
    new = {"old_password": PASSWORD, "new_password1": resetting.NEW, "new_password2": resetting.NEW}
    assert first.post("/doi-mat-khau/", new).status_code == 302


def change_the_number(first: Client, second: Client) -> None:
    changing_phone.prove_new(changing_phone.at_the_new_number(first))


def reset_the_password(first: Client, second: Client) -> None:
    resetting.set_new(resetting.proved(second))


def sign_out_by_the_office(first: Client, second: Client) -> None:
    devices.end_by_staff(User.objects.get(), actor=factories.officer(), reason="lost_phone")


ENDS = [
    take_it_over,
    press_not_me,
    sign_out,
    sign_in_again,
    set_a_password,
    change_the_number,
    reset_the_password,
    sign_out_by_the_office,
]


@pytest.mark.parametrize("end", ENDS)
def test_a_session_cookie_stolen_from_the_first_device_dies_with(
    citizen: User, first: Client, second: Client, end: Callable[[Client, Client], None]
) -> None:
    thief = with_the_cookie_of(first)
    assert is_in(thief)
    end(first, second)
    for page in ("/the-bhyt/", "/tai-khoan/", "/qua-trinh-tham-gia/", "/tai-khoan/anh/"):
        assert thief.get(page).url.startswith("/dang-nhap/"), page


def test_a_stolen_session_cookie_changes_nothing_about_the_account(citizen: User, first: Client) -> None:
    """Neither the password nor the number nor a sheet of codes without the password; and it accuses nobody."""
    thief, wrong = with_the_cookie_of(first), "sai-mật-khẩu"
    before = User.objects.values().get()
    new = {"old_password": wrong, "new_password1": resetting.NEW, "new_password2": resetting.NEW}
    assert thief.post("/doi-mat-khau/", new).status_code == 200
    assert changing_phone.start(thief, password=wrong).status_code == 200
    assert thief.post(SHEET, {"password": wrong, "code": "000000"}).status_code == 200
    thief.post(DISPUTE)
    assert User.objects.values().get() == before
    assert not Message.objects.filter(to=PHONE).exclude(purpose="device").exists()
    assert not apps.get_model("accounts", "RecoveryCode").objects.exists()


# --- People who have left -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "supervisor", "administrator", "clinic", "manager", "citizen", "newcomer"])
def test_an_open_session_of_somebody_deactivated_reads_and_does_nothing(who: str) -> None:
    portal = populated()
    client, file = portal.client(who), portal.file
    User.objects.filter(pk=portal.people[who].pk).update(is_active=False)
    before = rows()
    pages = ["/admin/", page_of(file), page_of(file, "photo/portrait/"), "/co-so-kcb/", "/the-bhyt/", "/tai-khoan/anh/"]
    assert {path: answer.status_code for path in pages if (answer := client.get(path)).status_code != 302} == {}
    decision: dict[str, Any] = {"reason": "other", "words": "x"}
    for part in ("receive/", "accept/", "refuse/", "resend/"):
        assert client.post(page_of(file, part), decision).status_code == 302
    client.post("/doi-mat-khau/", {"new_password1": resetting.NEW, "new_password2": resetting.NEW})
    assert rows() == before
    file.refresh_from_db()
    assert file.state == "filed"


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models() if model is not Session}


def test_a_deactivated_account_opens_at_no_door_again(citizen: User) -> None:
    officer, desk = factories.officer(), factories.desk()
    for user in (citizen, officer, desk):
        close(user)
    for name in (CODE, officer.username, desk.username):
        client = browser()
        sign_in(client, name)
        client.post("/admin/login/", {"username": name, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
