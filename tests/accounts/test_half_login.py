"""Between the right password and the code from the phone: how long it holds, and which codes finish it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Message, OneTimeCode, User
from tests import factories
from tests.accounts.codes import newest_code, run_out, some_time_ago
from tests.accounts.conftest import another
from tests.accounts.signing_in import CODE, WINDOWS, browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in, take_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_wrong_code_moves_nothing_and_five_burn_it(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    right = newest_code()
    for step in range(1, 6):
        page = enter(second, another(right, step)).content.decode()
        assert 'role="alert"' in page
        assert ("Gửi lại tin nhắn</button>" in page) == (step < 5)
    assert "«Gửi mã mới»" in page
    assert 'name="resend" value="1" data-primary>Gửi mã mới</button>' in page
    assert "Lấy mã mới</h2>" in page
    assert 'name="code"' not in page
    assert enter(second, right).status_code == 200
    assert not is_in(second)
    assert is_in(first)


def test_a_code_of_one_account_moves_no_other(first: Client, second: Client) -> None:
    factories.citizen(factories.person("9900000002"), phone="+84999000002")
    sign_in(browser(), "9900000002")
    sign_in(second, "9900000002")
    ask_for_code(second)
    own = newest_code()
    sign_in(second, CODE)
    refused = enter(second, own)
    assert refused.status_code == 200
    assert "«Gửi mã mới»" in refused.content.decode()
    assert ">Gửi mã mới</button>" in refused.content.decode()
    assert "#id_code" not in refused.content.decode()
    assert is_in(first)
    assert not is_in(second)


def test_a_code_for_registering_moves_no_account(first: Client, second: Client) -> None:
    second.post("/dang-ky/ca-nhan/", {"phone": "0999000001"})
    sign_in(second)
    enter(second, newest_code())
    assert not is_in(second)


def test_without_the_password_there_is_no_code_to_ask_for(first: Client, second: Client) -> None:
    for sent in ({"send": "1"}, {"resend": "1"}, {"code": "123456"}):
        assert second.post(TAKE_OVER_PAGE, sent).url.startswith("/dang-nhap/?")
    assert second.get(TAKE_OVER_PAGE).url == "/dang-nhap/"
    assert not OneTimeCode.objects.exists()


def a_quarter_of_an_hour_passes(client: Client) -> None:
    session = client.session
    session["half_login"] = {**session["half_login"], "at": session["half_login"]["at"] - 15 * 60 - 1}
    session.save()


def test_a_half_login_is_over_after_a_quarter_of_an_hour(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    a_quarter_of_an_hour_passes(second)
    led_to = enter(second, newest_code()).url
    assert led_to.startswith("/dang-nhap/?")
    assert "đã hết hạn" in second.get(led_to).content.decode()
    assert is_in(first)


def test_asking_for_a_code_does_not_make_a_half_login_younger(first: Client, second: Client) -> None:
    sign_in(second)
    began = second.session["half_login"]
    for sent in ({"send": "1"}, {"resend": "1"}):
        second.post(TAKE_OVER_PAGE, sent)
        assert second.session["half_login"] == began


@pytest.mark.parametrize("way_out", ["cancel", "back"])
def test_whoever_thinks_better_of_it_leaves_no_half_login_behind(first: Client, second: Client, way_out: str) -> None:
    sign_in(second)
    left = second.post(TAKE_OVER_PAGE, {"cancel": "1"}) if way_out == "cancel" else second.get("/dang-nhap/")
    assert left.status_code in (200, 302)
    assert second.get(TAKE_OVER_PAGE).url == "/dang-nhap/"


def test_a_half_login_ends_when_the_password_changes(citizen: User, first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    new = "Con trâu đi trước cái cày"
    first.post("/doi-mat-khau/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert enter(second, newest_code()).url.startswith("/dang-nhap/?")
    assert is_in(first)


def test_a_half_login_of_an_account_closed_meanwhile_opens_nothing(
    citizen: User, first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    User.objects.filter(pk=citizen.pk).update(is_active=False)
    assert enter(second, newest_code()).url.startswith("/dang-nhap/?")


def test_half_a_login_rotates_the_session_id_too(first: Client, second: Client) -> None:
    second.get("/dang-ky/ca-nhan/")
    session = second.session
    session["draft_id"] = 5
    session.save()
    second.cookies["sessionid"] = str(session.session_key)
    sign_in(second)
    assert second.session.session_key != session.session_key
    assert second.session["draft_id"] == 5


def test_a_half_login_still_needs_its_code_when_the_account_has_become_free(first: Client, second: Client) -> None:
    sign_in(second)
    first.post("/dang-xuat/")
    assert ask_for_code(second).url == TAKE_OVER_PAGE
    assert not is_in(second)
    assert enter(second, newest_code()).url == "/the-bhyt/"
    assert is_in(second)


def test_the_account_gets_five_codes_an_hour_however_many_browsers_ask(first: Client) -> None:
    for _ in range(6):
        client = browser(WINDOWS)
        sign_in(client)
        ask_for_code(client)
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 5


def test_a_stranger_who_uses_up_the_numbers_open_budget_does_not_keep_the_owner_out(
    first: Client, second: Client
) -> None:
    for _ in range(6):
        Client().post("/dang-ky/ca-nhan/", {"phone": "0999000001"})
    assert take_over(second).url == "/the-bhyt/"


def test_the_same_code_is_sent_again_after_a_wait(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code = newest_code()
    second.post(TAKE_OVER_PAGE, {"resend": "1"})
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 1
    some_time_ago(OneTimeCode.objects.get(), 31)
    second.post(TAKE_OVER_PAGE, {"resend": "1"})
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 2
    assert newest_code() == code


def test_a_login_after_a_code_ran_out_begins_with_the_warning_again(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    sign_in(second)
    assert "data-other-device" not in second.get(TAKE_OVER_PAGE).content.decode()
    run_out(OneTimeCode.objects.get())
    sign_in(second)
    assert "data-other-device" in second.get(TAKE_OVER_PAGE).content.decode()
