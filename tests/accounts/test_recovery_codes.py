"""Printed codes: shown once, worth one use each, and nothing without the password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.errors import TooManyRequests
from accounts.models import Event, Message, RecoveryCode, User
from accounts.services import one_time_codes, recovery_codes
from accounts.services.recovery_codes import ALPHABET, RecoveryCodeWrong
from tests import factories
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE, Clock, text_of
from tests.accounts.resetting import ENTER, ask, enter
from tests.accounts.signing_in import CODE, browser, is_in, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan/ma-du-phong/"
WRONG = "22222-22222-22222"


def new_sheet(client: Client, password: str = PASSWORD) -> Any:
    client.post(PAGE, {"send": "1"})
    return client.post(PAGE, {"password": password, "code": newest_code()})


def codes_on(page: Any) -> list[str]:
    return re.findall(r"<li><code>([\w-]+)</code></li>", page.content.decode())


def test_ten_codes_are_shown_once_and_no_browser_keeps_them(citizen: User, own: Client) -> None:
    page = new_sheet(own)
    codes = codes_on(page)
    assert len(set(codes)) == 10
    assert "no-store" in page["Cache-Control"]
    assert "chỉ hiện lần này" in page.content.decode()
    again = own.get(PAGE).content.decode()
    assert "còn 10 mã" in again
    assert not any(code in again for code in codes)
    assert not any(code in str(dict(own.session)) for code in codes)


def test_a_code_is_long_enough_and_a_vietnamese_keyboard_leaves_it_alone(citizen: User) -> None:
    for code in recovery_codes.make(citizen):
        assert re.fullmatch(rf"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{2}}", code)
    assert len(set(ALPHABET)) ** 15 > 2**64
    assert not set("aeiouydwl01") & set(ALPHABET)


def test_the_rows_hold_no_clear_code(citizen: User) -> None:
    codes = recovery_codes.make(citizen)
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_new_sheet_is_written_down_and_told_and_the_old_one_worthless(citizen: User, own: Client) -> None:
    old = codes_on(new_sheet(own))[0]
    new_sheet(own)
    assert [event.action for event in Event.objects.all()] == ["recovery_codes.made"] * 2
    assert Event.objects.latest("pk").person_id == citizen.person_id
    notice = Message.objects.latest("pk")
    assert (str(notice.to), notice.purpose) == (PHONE, "recovery_codes")
    assert f"tai khoan {CODE} vua tao to ma du phong moi" in text_of(notice)
    with pytest.raises(RecoveryCodeWrong):
        recovery_codes.use(citizen, old)
    assert recovery_codes.left(citizen) == 10


def test_a_password_alone_makes_no_sheet_that_would_stand_in_for_the_phone(citizen: User, own: Client) -> None:
    assert codes_on(own.post(PAGE, {"password": PASSWORD})) == []
    own.post(PAGE, {"send": "1"})
    code = newest_code()
    for typed in ("", "abc", f"{(int(code) + 1) % 10**6:06d}"):
        assert codes_on(own.post(PAGE, {"password": PASSWORD, "code": typed})) == []
    assert not RecoveryCode.objects.exists()
    assert len(codes_on(own.post(PAGE, {"password": PASSWORD, "code": code}))) == 10


def test_an_account_without_a_phone_is_told_where_to_go(citizen: User, own: Client) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    client = factories.signed_in(User.objects.get(pk=citizen.pk))
    assert str(one_time_codes.NoPhone()) in client.get(PAGE).content.decode()
    client.post(PAGE, {"send": "1"})
    assert not Message.objects.exists()


def test_without_the_password_there_is_no_sheet(citizen: User, own: Client) -> None:
    page = new_sheet(own, "sai-mat-khau")
    assert "Mật khẩu đang dùng chưa đúng" in page.content.decode()
    assert codes_on(page) == []
    for _ in range(4):
        new_sheet(own, "sai-mat-khau")
    assert new_sheet(own).status_code == 429
    assert not RecoveryCode.objects.exists()
    assert not Message.objects.filter(purpose="recovery_codes").exists()


def test_a_browser_put_out_at_the_last_moment_makes_none(
    citizen: User, own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = recovery_codes.passwords.check_current

    def checked_just_before(*args: Any) -> None:
        check(*args)
        User.objects.filter(pk=citizen.pk).update(active_device=None)

    monkeypatch.setattr(recovery_codes.passwords, "check_current", checked_just_before)
    assert new_sheet(own).url == "/dang-nhap/"
    assert not RecoveryCode.objects.exists()


def test_a_code_works_once(citizen: User) -> None:
    code = recovery_codes.make(citizen)[3]
    recovery_codes.use(citizen, code)
    assert recovery_codes.left(citizen) == 9
    with pytest.raises(RecoveryCodeWrong):
        recovery_codes.use(citizen, code)
    assert recovery_codes.left(citizen) == 9


@pytest.mark.parametrize("written", ["{}", " {} ", "{0}\n"])
@pytest.mark.parametrize("dash", ["-", "", " ", "–", " - "])
@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_it_may_be_typed_in_any_way(citizen: User, written: str, dash: str, change: Any) -> None:
    code = recovery_codes.make(citizen)[0]
    recovery_codes.use(citizen, written.format(change(code.replace("-", dash))))
    assert recovery_codes.left(citizen) == 9


@pytest.mark.parametrize("typed", ["", "-", WRONG, "mã dự phòng", "k7mq-r3xb", "９" * 15, "0" * 500])
def test_anything_else_is_wrong_and_never_an_error(citizen: User, typed: str) -> None:
    recovery_codes.make(citizen)
    with pytest.raises(RecoveryCodeWrong):
        recovery_codes.use(citizen, typed)
    assert recovery_codes.left(citizen) == 10


def test_another_accounts_code_is_worth_nothing(citizen: User) -> None:
    other = factories.citizen(factories.person("9900000002"))
    code = recovery_codes.make(other)[0]
    recovery_codes.make(citizen)
    with pytest.raises(RecoveryCodeWrong):
        recovery_codes.use(citizen, code)
    assert recovery_codes.left(other) == 10


def test_the_owner_is_told_how_many_are_left_and_it_is_written_down(citizen: User) -> None:
    recovery_codes.use(citizen, recovery_codes.make(citizen)[0])
    notice = Message.objects.get()
    assert str(notice.to) == PHONE
    assert f"tai khoan {CODE} vua dung mot ma du phong, con 9 ma" in text_of(notice)
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_id, event.person_id) == ("recovery_codes.used", citizen.pk, citizen.person_id)
    assert event.detail == {}


def test_after_five_wrong_ones_even_the_right_one_waits(citizen: User, clock: Clock) -> None:
    code = recovery_codes.make(citizen)[0]
    for _ in range(5):
        with pytest.raises(RecoveryCodeWrong):
            recovery_codes.use(citizen, WRONG)
    with pytest.raises(TooManyRequests) as refused:
        recovery_codes.use(citizen, code)
    assert refused.value.limit == "recovery.account"
    clock.forward(15 * 60)
    recovery_codes.use(citizen, code)


def test_right_ones_count_for_nothing(citizen: User) -> None:
    for code in recovery_codes.make(citizen):
        recovery_codes.use(citizen, code)
    assert recovery_codes.left(citizen) == 0


def test_a_sheet_alone_opens_nothing(citizen: User) -> None:
    code = recovery_codes.make(citizen)[0]
    client = browser()
    sign_in(client, password=code)
    client.post("/dang-nhap/chuyen-thiet-bi/ma-du-phong/", {"code": code})
    ask(client)
    assert enter(client, code).status_code == 200
    client.post(ENTER, {"code": code.replace("-", "")[:6]})
    assert not is_in(client)
    assert recovery_codes.left(citizen) == 10
