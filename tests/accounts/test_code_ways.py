"""Every code page tells how far its message has come, and does so without a reload."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Message, MessageMinute, MessageState, OneTimeCode, User
from accounts.services import one_time_codes
from tests.accounts import resetting, signing_in, taking_over
from tests.accounts.codes import some_time_ago
from tests.registration.walking import CODE, PHONE, Page

pytestmark = pytest.mark.django_db

REGISTER = "/tin-nhan/ma/register/"
SAID = {
    "queued": ("sending", "Đang gửi"),
    "sending": ("sending", "Đang gửi"),
    "sent": ("sent", "Đã gửi"),
    "delivered": ("received", "Đã nhận"),
    "uncertain": ("uncertain", "Không rõ tin đã tới chưa"),
    "failed": ("failed", "Không gửi được"),
    "expired": ("expired", "Chưa gửi được"),
}


@pytest.fixture
def waiting(client: Client) -> Client:
    """On the page that asks for the code to a phone."""
    assert client.post(PHONE, {"phone": "0999000001"}).url == CODE
    return client


def way(answer: Any) -> tuple[str, str]:
    [shown] = [element for element in Page(answer).all("p") if "data-way" in element.attributes]
    return str(shown.get("data-way")), shown.text


@pytest.mark.parametrize(("state", "said"), SAID.items())
def test_the_page_and_its_piece_say_how_far_the_message_is(waiting: Client, state: str, said: tuple[str, str]) -> None:
    Message.objects.update(state=state)
    for address in (CODE, REGISTER):
        name, words = way(waiting.get(address))
        assert name == said[0]
        assert words.startswith(said[1])


def test_a_message_that_waits_longer_than_usual_is_owned_up_to(waiting: Client) -> None:
    Message.objects.update(created_at=timezone.now() - timedelta(seconds=20))
    assert way(waiting.get(REGISTER))[0] == "slow"


def test_a_message_that_is_gone_is_not_promised_any_more(waiting: Client) -> None:
    Message.objects.all().delete()
    assert way(waiting.get(REGISTER))[0] == "expired"


def test_a_resend_is_told_of_its_own_message(waiting: Client) -> None:
    Message.objects.update(state=MessageState.UNCERTAIN)
    some_time_ago(OneTimeCode.objects.get(), 31)
    assert waiting.post(CODE, {"resend": "1"}).status_code == 302
    assert way(waiting.get(REGISTER))[0] == "sending"
    assert Message.objects.count() == 2


def test_the_piece_holds_no_number_and_no_code_and_is_kept_by_nobody(waiting: Client) -> None:
    piece = waiting.get(REGISTER)
    assert "no-store" in piece["Cache-Control"]
    text = piece.content.decode()
    assert "999" not in text
    assert "<html" not in text


@pytest.mark.parametrize("purpose", ["register", "reset", "take_over", "khong-co"])
def test_of_a_code_nobody_asked_for_here_nothing_is_said(waiting: Client, purpose: str) -> None:
    nothing = 404 if purpose == "khong-co" else 204
    for client in (Client(), waiting)[: 1 if purpose == "register" else 2]:
        answer = client.get(f"/tin-nhan/ma/{purpose}/")
        assert (answer.status_code, len(answer.content) > 0) == (nothing, nothing == 404)


def test_every_code_page_has_its_state_its_link_and_its_help_in_the_same_order(
    waiting: Client, first: Client, second: Client, citizen: User
) -> None:
    taking_over.ask_for_code(second) if signing_in.sign_in(second) else None
    first.post("/tai-khoan/ma-du-phong/", {"send": "1"})
    asker = Client()
    resetting.ask(asker, citizen.username)
    pages = {
        "register": waiting.get(CODE),
        "take_over": second.get("/dang-nhap/chuyen-thiet-bi/"),
        "recovery": first.get("/tai-khoan/ma-du-phong/"),
        "reset": asker.get("/quen-mat-khau/ma/"),
    }
    for purpose, answer in pages.items():
        page = answer.content.decode()
        marks = [f'data-code-state="/tin-nhan/ma/{purpose}/"', "data-code-look", 'href="/tin-nhan/#chua-nhan-duoc"']
        places = [page.index(mark) for mark in marks]
        assert places == sorted(places), purpose
        assert "js/code" in page


def test_by_name_alone_the_page_says_the_same_for_a_name_with_and_without_an_account(citizen: User) -> None:
    known, unknown = Client(), Client()
    resetting.ask(known, citizen.username)
    resetting.ask(unknown, "9900000077")
    for state in MessageState.values:
        Message.objects.update(state=state)
        assert known.get("/tin-nhan/ma/reset/").content == unknown.get("/tin-nhan/ma/reset/").content
    Message.objects.all().delete()
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=60))
    shown = known.get("/tin-nhan/ma/reset/")
    assert shown.content == unknown.get("/tin-nhan/ma/reset/").content
    assert way(shown)[0] == "sent"


def test_by_name_alone_it_tells_when_messages_are_slow_for_everybody(citizen: User) -> None:
    client = Client()
    resetting.ask(client, citizen.username)
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=60))
    MessageMinute.objects.create(minute=timezone.now() - timedelta(minutes=2), made=10, in_time=3)
    assert way(client.get("/tin-nhan/ma/reset/"))[0] == "slow"
    MessageMinute.objects.update(in_time=9)
    assert way(client.get("/tin-nhan/ma/reset/"))[0] == "sent"


@pytest.mark.parametrize(("minutes", "said"), [(1, "sent"), (4, "slow"), (60, "slow")])
def test_by_name_alone_it_tells_when_nobody_counts_any_more(citizen: User, minutes: int, said: str) -> None:
    """Counting is a worker's work: where it has stopped, nothing is sent either."""
    client = Client()
    resetting.ask(client, citizen.username)
    OneTimeCode.objects.update(last_sent_at=timezone.now() - timedelta(seconds=60))
    MessageMinute.objects.create(minute=timezone.now() - timedelta(minutes=minutes), made=0, in_time=0)
    assert way(client.get("/tin-nhan/ma/reset/"))[0] == said


def test_looking_costs_the_same_however_many_messages_there_are(
    waiting: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        waiting.get(REGISTER)


def test_looking_sends_nothing_and_spends_nothing(waiting: Client) -> None:
    row = OneTimeCode.objects.get()
    for _look in range(6):
        waiting.get(REGISTER)
    assert Message.objects.count() == 1
    assert OneTimeCode.objects.get().sends == row.sends == 1
    assert one_time_codes.seconds_until_resend(row) is not None
