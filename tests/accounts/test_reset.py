"""A forgotten password is set anew by a code to the account's phone: who may, once, and what ends the right to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message, OneTimeCode, User
from accounts.services import half_logins, recovery
from tests import factories
from tests.accounts.codes import newest_code, run_out
from tests.accounts.conftest import PHONE, another, text_of
from tests.accounts.resetting import ASK, ENTER, NEW, SET, ask, enter, proved, set_new
from tests.accounts.signing_in import CODE, browser, is_in, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code
from tests.accounts.taking_over import enter as enter_take_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def still_opens(user: User, password: str = PASSWORD) -> bool:
    """The password is this one."""
    user.refresh_from_db()
    return user.check_password(password)


def test_the_code_to_the_phone_lets_its_holder_set_a_new_password(citizen: User) -> None:
    client = browser()
    assert ask(client).url == ENTER
    message = Message.objects.get()
    assert (str(message.to), message.kind) == (PHONE, Message.Kind.CODE)
    assert f"la ma dat lai mat khau tai khoan *{CODE[-3:]}," in text_of(message)
    assert enter(client, newest_code()).url == SET
    assert CODE in client.get(SET).content.decode()
    assert not is_in(client)
    set_new(client)
    assert still_opens(citizen, NEW)
    other = browser()
    assert sign_in(other).status_code == 200
    assert sign_in(other, password=NEW).url == TAKE_OVER_PAGE


def test_the_owner_is_told_and_it_is_written_down(citizen: User) -> None:
    set_new(proved(browser()))
    notice = Message.objects.get(kind=Message.Kind.NOTICE, purpose="password")
    assert str(notice.to) == PHONE
    assert f"tai khoan {CODE} vua dat mat khau moi" in text_of(notice)
    event = Event.objects.earliest("pk")
    assert (event.action, event.actor_id, event.person_id) == ("password.reset", citizen.pk, citizen.person_id)
    assert event.detail == {}


@pytest.mark.parametrize("way", ["asked anew", "asked for again"])
def test_a_number_that_has_changed_meanwhile_gets_a_code_of_its_own(citizen: User, way: str) -> None:
    client = browser()
    ask(client)
    User.objects.filter(pk=citizen.pk).update(phone="+84999000077")
    if way == "asked anew":
        ask(client)
    else:
        client.post(ENTER, {"resend": "1"})
    assert [str(to) for to in Message.objects.order_by("pk").values_list("to", flat=True)] == [PHONE, "+84999000077"]
    assert enter(client, newest_code()).url == SET


def test_the_personal_number_is_a_name_too_however_it_is_typed(citizen: User) -> None:
    assert citizen.person is not None
    number = citizen.person.id_number
    client = browser()
    ask(client, f" {number[:3]} {number[3:]} ")
    assert OneTimeCode.objects.get().subject == str(citizen.pk)


def test_a_half_login_begun_with_the_password_before_is_over(citizen: User, first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code = newest_code()
    set_new(proved(browser()))
    enter_take_over(second, code)
    assert not is_in(second)
    assert half_logins.user_of(second.session, half_logins.Step.TAKE_OVER) is None


def test_an_issued_password_that_was_lost_is_replaced(citizen: User) -> None:
    expired = timezone.now() - timedelta(hours=1)
    User.objects.filter(pk=citizen.pk).update(must_change_password=True, issued_password_expires_at=expired)
    client = proved(browser())
    set_new(client)
    citizen.refresh_from_db()
    assert (citizen.must_change_password, citizen.issued_password_expires_at) == (False, None)
    assert client.get("/the-bhyt/").status_code == 200


def test_five_wrong_passwords_lock_no_longer_under_either_name(citizen: User) -> None:
    assert citizen.person is not None
    stranger = browser()
    for _ in range(5):
        sign_in(stranger, password="sai-mat-khau")
    assert sign_in(browser()).status_code == 429
    set_new(proved(browser()))
    assert sign_in(browser(), password=NEW).url == TAKE_OVER_PAGE
    assert sign_in(browser(), citizen.person.id_number, NEW).url == TAKE_OVER_PAGE


def test_a_lock_in_the_owners_own_browser_is_over_too(citizen: User, first: Client) -> None:
    first.post("/dang-xuat/")
    for _ in range(5):
        sign_in(first, password="sai-mat-khau")
    assert sign_in(first).status_code == 429
    set_new(proved(first))
    first.post("/dang-xuat/")
    assert sign_in(first, password=NEW).url == "/the-bhyt/"


def test_another_accounts_lock_stays(citizen: User) -> None:
    other = factories.citizen(factories.person("9900000002"), phone="+84999000002")
    for _ in range(5):
        sign_in(browser(), other.username, "sai-mat-khau")
    set_new(proved(browser()))
    assert sign_in(browser(), other.username).status_code == 429


@pytest.mark.parametrize("password", ["ngan", "9900000001"])
def test_the_rules_for_passwords_hold_and_the_right_is_kept(citizen: User, password: str) -> None:
    client = proved(browser())
    assert set_new(client, password).status_code == 200
    assert still_opens(citizen)
    assert not is_in(client)
    assert set_new(client).url == "/the-bhyt/"


def test_two_passwords_that_differ_set_nothing(citizen: User) -> None:
    client = proved(browser())
    page = client.post(SET, {"new_password1": NEW, "new_password2": NEW + "x"}).content.decode()
    assert "chưa giống nhau" in page
    assert still_opens(citizen)


def test_without_the_code_there_is_nothing_to_set(citizen: User) -> None:
    client = browser()
    assert client.get(ENTER).url == ASK
    assert client.get(SET).url == ASK
    assert set_new(client).url == ASK
    ask(client)
    assert set_new(client).url == ASK
    enter(client, another(newest_code()))
    assert set_new(client).url == ASK
    assert still_opens(citizen)


def test_another_browser_cannot_use_the_code_nor_the_right(citizen: User) -> None:
    client, stranger = browser(), browser()
    ask(client)
    assert enter(stranger, newest_code()).url == ASK
    enter(client, newest_code())
    assert set_new(stranger).url == ASK
    assert still_opens(citizen)


def test_the_right_is_used_once(citizen: User) -> None:
    client = proved(browser())
    before = dict(client.session)
    set_new(client)
    assert set_new(client, "Cái cày đi sau con trâu").url == ASK
    session = client.session
    session.update(before)  # the browser brings the old session back
    session.save()
    assert set_new(client, "Cái cày đi sau con trâu").url == ASK
    assert still_opens(citizen, NEW)


def test_a_right_to_set_it_that_was_proved_in_two_browsers_is_worth_one_change(citizen: User) -> None:
    one, other = proved(browser()), proved(browser())
    set_new(one)
    assert set_new(other, "Cái cày đi sau con trâu").url == ASK
    assert still_opens(citizen, NEW)


def test_the_right_is_over_after_a_quarter_of_an_hour(citizen: User) -> None:
    client = proved(browser())
    session = client.session
    session["reset_right"] = {**session["reset_right"], "at": session["reset_right"]["at"] - 15 * 60 - 1}
    session.save()
    assert "quá 15 phút" in client.post(SET, {"new_password1": NEW, "new_password2": NEW}, follow=True).content.decode()
    assert still_opens(citizen)


@pytest.mark.parametrize("change", [{"phone": "+84999000009"}, {"is_active": False}, {"password": "!"}])
def test_what_changes_about_the_account_in_between_ends_the_right(citizen: User, change: dict[str, object]) -> None:
    client = proved(browser())
    User.objects.filter(pk=citizen.pk).update(**change)
    assert set_new(client).url == ASK
    assert not Event.objects.exists()


def test_a_change_at_the_very_moment_is_seen_under_the_lock(citizen: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = proved(browser())
    hashed = recovery.make_password

    def hash_slowly(password: str) -> str:
        User.objects.filter(pk=citizen.pk).update(password="!")
        return hashed(password)

    monkeypatch.setattr(recovery, "make_password", hash_slowly)
    assert set_new(client).url == ASK
    assert not User.objects.get(pk=citizen.pk).has_usable_password()


def test_a_code_to_a_number_the_account_has_left_proves_nothing(citizen: User) -> None:
    client = browser()
    ask(client)
    User.objects.filter(pk=citizen.pk).update(phone="+84999000009")
    assert enter(client, newest_code()).url == ASK
    assert set_new(client).url == ASK
    assert still_opens(citizen)


def test_an_account_closed_after_its_code_went_out_stays_closed(citizen: User) -> None:
    client = browser()
    ask(client)
    User.objects.filter(pk=citizen.pk).update(is_active=False)
    assert enter(client, newest_code()).url == ASK
    assert set_new(client).url == ASK


def test_a_code_that_was_sent_to_take_the_account_over_resets_nothing(
    citizen: User, first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    foreign = newest_code()
    ask(second)
    if newest_code() != foreign:
        assert enter(second, foreign).status_code == 200
    assert set_new(second).url == ASK


def test_the_fifth_wrong_code_burns_it_and_an_expired_one_says_so(citizen: User) -> None:
    client = browser()
    ask(client)
    code = newest_code()
    pages = [enter(client, another(code, step)).content.decode() for step in range(1, 6)]
    assert "còn 4 lần thử" in pages[0]
    assert "nhập sai 5 lần" in pages[4]
    assert enter(client, code).status_code == 200
    client.post(ENTER, {"resend": "1"})
    run_out(OneTimeCode.objects.latest("pk"))
    assert "quá 10 phút" in enter(client, newest_code()).content.decode()
    assert set_new(client).url == ASK


def test_the_form_sent_twice_goes_on_to_the_password(citizen: User) -> None:
    client = browser()
    ask(client)
    code = newest_code()
    assert enter(client, code).url == SET
    assert enter(client, code).url == SET
    assert set_new(client).url == "/the-bhyt/"


def test_the_pages_are_kept_by_no_browser(citizen: User) -> None:
    client = browser()
    ask(client)
    pages = [client.get(ASK), client.get(ENTER)]
    enter(client, newest_code())
    assert all("no-store" in page["Cache-Control"] for page in [*pages, client.get(SET)])
