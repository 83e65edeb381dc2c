"""Whether a name has an account shows in no answer, no limit and no step of the work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import phonenumbers
import pytest
from django.test import Client

from accounts.limits import DAY, HOUR, LIMITS
from accounts.models import InboxMessage, Message, OneTimeCode, User
from accounts.services import code_budgets
from accounts.sms import delivery
from tests.accounts import codes
from tests.accounts.codes import newest_code, run_out, some_time_ago
from tests.accounts.conftest import Clock, another
from tests.accounts.in_vain import IN_VAIN, UNKNOWN
from tests.accounts.resetting import ASK, ENTER, ask, echo, enter, set_new
from tests.accounts.signing_in import CODE, browser
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture(params=IN_VAIN)
def in_vain(request: pytest.FixtureRequest, citizen: User) -> str:
    return request.param(citizen.person)


def page_of(answer: Any, name: str) -> str:
    """Without what every answer has of its own, the seconds that go by, and the end of what was typed there."""
    page = answer.content.decode()
    assert page.count(echo(name)) == 1
    own = r'name="(?:csrfmiddlewaretoken|altcha)" value="[\w+/=]+"|(?<=data-wait=")\d+">\d+'
    return re.sub(own, "", page.replace(echo(name), ""))


def test_the_answers_are_the_same_word_for_word(citizen: User, in_vain: str) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="+84988777666")
    citizen.refresh_from_db()
    known, other = browser(), browser()
    assert (ask(known).status_code, ask(known).url) == (ask(other, in_vain).status_code, ask(other, in_vain).url)
    page = page_of(known.get(ENTER), CODE)
    assert page == page_of(other.get(ENTER), in_vain)
    assert "Nếu mã số này có tài khoản" in page
    assert str(citizen.phone)[-3:] not in re.sub(r"<[^>]*>", "", page)
    assert "Vẫn không thấy tin nhắn" in page
    right = newest_code_of(citizen)
    assert page_of(enter(known, another(right)), CODE) == page_of(enter(other, another(right)), in_vain)


def newest_code_of(user: User) -> str:
    return codes.code_in(Message.objects.filter(to=user.phone).latest("pk"))


def test_a_decoy_goes_to_nobody_and_the_worker_drops_it(citizen: User, in_vain: str) -> None:
    ask(browser(), in_vain)
    row, message = OneTimeCode.objects.get(), Message.objects.get()
    assert (row.subject, str(row.phone or ""), str(message.to or "")) == ("", "", "")
    delivery.deliver(message.pk)
    assert not Message.objects.exists()
    assert not InboxMessage.objects.exists()


def test_the_same_steps_are_taken_at_the_database(citizen: User, in_vain: str) -> None:
    def steps(name: str) -> list[str]:
        client = browser()

        def resets() -> None:
            ask(client, name)
            client.get(ENTER)
            some_time_ago(OneTimeCode.objects.latest("pk"), 31)
            client.post(ENTER, {"resend": "1"})
            enter(client, "000000")

        return statements_of(resets)

    known = CODE if len(in_vain) != 12 else citizen.person.id_number  # type: ignore[union-attr]
    assert steps(known) == steps(in_vain)


def test_phone_numbers_are_read_as_often(citizen: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the database they are what takes time."""
    read: list[str] = []
    parse = phonenumbers.parse

    def note(number: str, *args: Any, **kwargs: Any) -> Any:
        read.append(number)
        return parse(number, *args, **kwargs)

    def times(step: Callable[[], Any]) -> int:
        read.clear()
        step()
        return len(read)

    def steps(name: str) -> list[int]:
        client = browser()
        counts = [times(lambda: ask(client, name)), times(lambda: client.get(ENTER))]
        some_time_ago(OneTimeCode.objects.latest("pk"), 31)
        return [
            *counts,
            times(lambda: client.post(ENTER, {"resend": "1"})),
            times(lambda: enter(client, "000000")),
        ]

    monkeypatch.setattr(phonenumbers, "parse", note)
    assert steps(CODE) == steps(UNKNOWN)
    assert min(steps(UNKNOWN)) > 0


def test_a_decoy_burns_expires_and_is_sent_again_like_any_code(citizen: User) -> None:
    client = browser()
    ask(client, UNKNOWN)
    assert "Chờ" in client.post(ENTER, {"resend": "1"}, follow=True).content.decode()
    some_time_ago(OneTimeCode.objects.get(), 31)
    client.post(ENTER, {"resend": "1"})
    assert OneTimeCode.objects.get().sends == 2
    pages = [enter(client, f"{number:06d}").content.decode() for number in range(5)]
    assert "còn 4 lần thử" in pages[0]
    assert "nhập sai 5 lần" in pages[4]
    client.post(ENTER, {"resend": "1"})
    run_out(OneTimeCode.objects.latest("pk"))
    assert "quá 10 phút" in enter(client, "000000").content.decode()


def test_nothing_ever_opens_with_a_decoy_not_even_the_code_it_holds(citizen: User) -> None:
    client = browser()
    ask(client, UNKNOWN)
    assert enter(client, newest_code()).status_code == 200
    assert set_new(client).url == ASK


def test_the_name_is_refused_after_five_an_hour_whoever_has_it(citizen: User, in_vain: str, clock: Clock) -> None:
    for name in (CODE, in_vain):
        for _ in range(5):
            assert ask(browser(), name).status_code == 302
        refused = ask(browser(), name)
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) <= HOUR
    clock.forward(HOUR)
    assert ask(browser(), CODE).status_code == 302


def test_asking_by_another_name_in_between_shows_nothing_either(citizen: User) -> None:
    """Two names of one account must look like two names of nobody's."""
    assert citizen.person is not None
    for names in ((CODE, citizen.person.id_number), (UNKNOWN, "001085000077")):
        client = browser()
        ask(client, names[0])
        first = OneTimeCode.objects.latest("pk")
        ask(client, names[1])
        first.refresh_from_db()
        assert (first.closed_at is not None, bytes(first.sealed)) == (True, b"")
        assert OneTimeCode.objects.latest("pk") != first


@pytest.mark.parametrize("limit", ["reset.address", "code.address", "code.named.portal"])
def test_what_an_address_and_the_portal_may_ask_is_the_same_for_both(
    citizen: User, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, limit, type(LIMITS[limit])(2, DAY))
    ask(browser(), CODE)
    ask(browser(), UNKNOWN)
    assert [ask(browser(), name).status_code for name in (CODE, UNKNOWN, "9900000078")] == [429] * 3


def spend_the_numbers_codes(user: User, new_session: Callable[[], Any]) -> None:
    for _ in range(5):
        codes.ask(new_session(), phone=str(user.phone))


def test_a_number_that_has_had_its_codes_gets_none_and_nobody_notices(
    citizen: User, browser: Callable[[], Any], clock: Clock
) -> None:
    spend_the_numbers_codes(citizen, browser)
    client, sent = Client(), Message.objects.filter(to=citizen.phone).count()
    assert ask(client).url == ENTER
    assert Message.objects.filter(to=citizen.phone).count() == sent
    assert enter(client, newest_code()).status_code == 200
    some_time_ago(OneTimeCode.objects.latest("pk"), 31)
    clock.forward(HOUR)
    client.post(ENTER, {"resend": "1"})
    assert Message.objects.filter(to=citizen.phone).count() == sent
    assert ask(Client()).url == ENTER
    assert Message.objects.filter(to=citizen.phone).count() == sent + 1


def test_a_code_on_its_way_still_works_when_the_number_has_had_all_of_its_own(
    citizen: User, browser: Callable[[], Any]
) -> None:
    client = Client()
    ask(client)
    code = newest_code()
    for _ in range(4):
        codes.ask(browser(), phone=str(citizen.phone))
    some_time_ago(OneTimeCode.objects.get(purpose="reset"), 31)
    sent = Message.objects.filter(to=citizen.phone).count()
    assert "Yêu cầu đã được nhận" in client.post(ENTER, {"resend": "1"}, follow=True).content.decode()
    assert Message.objects.filter(to=citizen.phone).count() == sent
    assert enter(client, code).url == "/quen-mat-khau/mat-khau-moi/"


def test_what_was_typed_stands_in_no_session_and_in_no_row(citizen: User) -> None:
    client = browser()
    ask(client, UNKNOWN)
    assert UNKNOWN not in str(dict(client.session))
    assert UNKNOWN not in str(OneTimeCode.objects.values().get())


def test_only_a_reset_sends_anything_to_nobody() -> None:
    assert {purpose.value for purpose in code_budgets.BY_NAME_ALONE} == {"reset"}
