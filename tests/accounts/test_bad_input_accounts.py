"""Codes that do not hold, at every door: replayed, expired, of another purpose, guessed; forms that come too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message, OneTimeCode, User
from accounts.services import one_time_codes
from accounts.services.one_time_codes import check_code
from tests.accounts.codes import ADDRESS, Browser, ask, newest_code, run_out, some_time_ago
from tests.accounts.conftest import PHONE, another
from tests.accounts.doors import DOORS, OF_THE_ACCOUNT, Door, with_session_of
from tests.accounts.refusing import refusal
from tests.accounts.signing_in import browser, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

PURPOSES = list(OneTimeCode.Purpose)


@pytest.fixture(params=DOORS, ids=lambda door: door.purpose.value)
def door(request: pytest.FixtureRequest) -> Door:
    return request.param


@pytest.fixture
def client(door: Door, first: Client, second: Client) -> Client:
    """The browser that stands before the door."""
    return first if door.is_inside else second


def wiped(row: OneTimeCode) -> bool:
    row.refresh_from_db()
    return (row.digest, bytes(row.sealed)) == ("", b"")


def test_the_right_code_opens_the_door(door: Door, client: Client) -> None:
    assert not door.is_open(client)
    door.enter(client, door.asked(client))
    assert door.is_open(client)


def test_a_replayed_code_opens_nothing(door: Door, client: Client) -> None:
    code = door.asked(client)
    before = dict(client.session)
    door.enter(client, code)
    acts = Event.objects.count()
    thief = with_session_of(before)
    for _ in range(2):
        door.enter(thief, code)
        door.enter(client, code)
    assert Event.objects.count() == acts
    assert wiped(OneTimeCode.objects.get(purpose=door.purpose))
    if door.purpose not in OF_THE_ACCOUNT:
        assert not door.is_open(thief)


def test_an_expired_code_opens_nothing_and_is_wiped(door: Door, client: Client) -> None:
    code = door.asked(client)
    row = OneTimeCode.objects.latest("pk")
    run_out(row)
    assert "quá 10 phút" in Page(door.enter(client, code)).alert
    assert wiped(row)
    assert door.enter(client, code).status_code == 200
    assert not door.is_open(client)


def test_a_code_in_its_last_second_still_opens_whatever_time_the_phone_shows(door: Door, client: Client) -> None:
    """The server's clock decides, at the last second too; a browser's is never asked."""
    code = door.asked(client)
    OneTimeCode.objects.filter(purpose=door.purpose).update(expires_at=timezone.now() + timedelta(seconds=5))
    two_minutes_late = (timezone.now() + timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    door.enter(client, code, headers={"Date": two_minutes_late})
    assert door.is_open(client)


def test_a_code_made_by_a_server_two_minutes_ahead_waits_longer_and_opens(door: Door, client: Client) -> None:
    code = door.asked(client)
    some_time_ago(OneTimeCode.objects.latest("pk"), -120)
    sent = Message.objects.count()
    assert "Chờ 1" in client.post(door.page, {"resend": "1"}, follow=True).content.decode()
    assert Message.objects.count() == sent
    door.enter(client, code)
    assert door.is_open(client)


def test_a_code_of_another_purpose_opens_nothing(door: Door, client: Client) -> None:
    own = door.asked(client)
    subject = OneTimeCode.objects.latest("pk").subject
    for foreign in set(PURPOSES) - {door.purpose}:
        session = client.session
        row = one_time_codes.send_code(session, purpose=foreign, phone=PHONE, address=ADDRESS, subject=subject)
        code = newest_code()
        session.save()
        if code != own:
            door.enter(client, code)
        session = client.session
        kept = session[f"one_time_code:{door.purpose.value}"]
        session[f"one_time_code:{door.purpose.value}"] = row.pk  # even where the door's own would be looked for
        session.save()
        door.enter(client, code)
        assert not door.is_open(client), foreign
        assert OneTimeCode.objects.get(pk=row.pk).closed_at is None
        session = client.session
        session[f"one_time_code:{door.purpose.value}"] = kept
        session.save()


def test_a_code_opens_nothing_in_another_browser(door: Door, client: Client, citizen: User) -> None:
    code, stranger = door.asked(client), browser()
    assert door.enter(stranger, code).status_code == 302
    assert not door.is_open(stranger)
    assert OneTimeCode.objects.get(purpose=door.purpose).wrong_tries == 0


def test_a_guessed_code_is_burnt_at_the_fifth_try(door: Door, client: Client) -> None:
    code = door.asked(client)
    row = OneTimeCode.objects.latest("pk")
    alerts = [Page(door.enter(client, another(code, step))).alert for step in range(1, 6)]
    assert [left for left in (4, 3, 2, 1) if f"còn {left} lần" in alerts[4 - left]] == [4, 3, 2, 1]
    assert "bị hủy" in alerts[4]
    assert wiped(row)
    door.enter(client, code)
    assert not door.is_open(client)


def test_whoever_goes_on_guessing_gets_25_tries_an_hour(door: Door, client: Client) -> None:
    """Five codes of five tries: a guesser needs four and a half years on average."""
    door.asked(client)
    for _ in range(10):
        code = newest_code()
        for step in range(1, 7):
            door.enter(client, another(code, step))
        door.send_again(client)
    tries = OneTimeCode.objects.filter(purpose=door.purpose).values_list("wrong_tries", flat=True)
    assert 20 <= sum(tries) <= 25
    assert not door.is_open(client)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_at_the_service_each_purpose_refuses_all_of_these_alike(browser: Browser, purpose: OneTimeCode.Purpose) -> None:
    """Those too that have no page yet."""

    def asked(**more: Any) -> tuple[Any, str]:
        session = browser()
        ask(session, purpose=purpose, phone=f"+8499900{OneTimeCode.objects.count():04d}", **more)
        return session, newest_code()

    def refused(session: Any, code: str, **more: Any) -> str:
        return refusal(check_code, session, **{"purpose": purpose, "code": code, **more}).code

    session, code = asked()
    check_code(session, purpose=purpose, code=code)
    assert refused(session, code) == "code_missing"
    session, code = asked()
    assert {refused(session, code, purpose=other) for other in PURPOSES if other != purpose} == {"code_missing"}
    assert refused(session, code, subject="77") == "code_missing"
    assert [refused(session, another(code, step)) for step in range(1, 6)] == ["code_wrong"] * 4 + ["code_burnt"]
    assert refused(session, code) == "code_missing"
    session, code = asked()
    run_out(OneTimeCode.objects.latest("pk"))
    assert refused(session, code) == "code_expired"


# --- Forms that come too late ---------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["never asked", "sent twice", "a quarter of an hour later"])
def test_a_stale_form_leads_on_and_changes_nothing(door: Door, client: Client, when: str) -> None:
    if when == "never asked":
        answer = door.enter(client, "123456")
    else:
        code = door.asked(client)
        if when == "sent twice":
            door.enter(client, code)
        else:
            make_older(client, minutes=16)
            OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(minutes=6))
        acts = (Event.objects.count(), Message.objects.count())
        answer = door.enter(client, code)
        assert (Event.objects.count(), Message.objects.count()) == acts
    assert answer.status_code in (200, 302)
    if answer.status_code == 302:
        assert client.get(answer.url, follow=True).status_code == 200
    if when != "sent twice":
        assert not door.is_open(client)


def make_older(client: Client, *, minutes: int) -> None:
    """Everything this session keeps a moment of was kept so much earlier."""
    session = client.session
    for name, kept in session.items():
        if isinstance(kept, dict) and "at" in kept:
            session[name] = {**kept, "at": kept["at"] - minutes * 60}
    session.save()


def test_a_form_without_its_token_does_nothing(door: Door, client: Client) -> None:
    code = door.asked(client)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert door.enter(strict, code).status_code == 403
    assert not door.is_open(client)
    door.enter(client, code)
    assert door.is_open(client)


# --- A take-over that was given up ----------------------------------------------------------------------


def cancelled(client: Client) -> None:
    client.post(TAKE_OVER_PAGE, {"cancel": "1"})


def back_at_the_login_page(client: Client) -> None:
    client.get("/dang-nhap/")


def left_for_a_quarter_of_an_hour(client: Client) -> None:
    make_older(client, minutes=16)


def signed_out(client: Client) -> None:
    client.post("/dang-xuat/")


@pytest.mark.parametrize(
    "give_up",
    [cancelled, back_at_the_login_page, left_for_a_quarter_of_an_hour, signed_out],
    ids=lambda way: way.__name__,
)
def test_a_code_that_arrives_after_the_take_over_was_given_up(first: Client, second: Client, give_up: Any) -> None:
    sign_in(second)
    ask_for_code(second)
    late = newest_code()
    give_up(second)
    assert enter(second, late).url.startswith("/dang-nhap/")
    assert not is_in(second)
    assert is_in(first)
    assert not Event.objects.filter(action="device.taken_over").exists()


def test_a_code_of_a_take_over_that_was_cancelled_is_worth_nothing_after_a_new_login(
    first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    late = newest_code()
    cancelled(second)
    sign_in(second)
    enter(second, late)
    assert not is_in(second)
    assert is_in(first)
