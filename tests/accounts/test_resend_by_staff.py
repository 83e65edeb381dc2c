"""The desk's list of messages: no text in it, why each failed, and a fresh one for what did not arrive."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.event_words import FAILURES
from accounts.models import Event, Message, User
from accounts.services import issuing, resending
from accounts.services.roles import Role
from accounts.sms import delivery
from tests import factories
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.providing import CODE, CREDENTIALS, TEXT, put

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/message/"


@pytest.fixture
def newcomer(person: Any) -> User:
    """Accepted; the message with the one-time password has failed."""
    user = factories.citizen(person, must_change_password=True)
    issuing.reissue_password(user.username, office="00101", actor=factories.officer())
    Message.objects.update(state="failed", failure="report_2", final_at=timezone.now(), body=b"")
    return user


@pytest.fixture
def desk() -> Client:
    return factories.signed_in(factories.administrator())


def lost(newcomer: User) -> Message:
    return Message.objects.get(kind=CREDENTIALS, failure="report_2")


def test_a_password_that_did_not_arrive_is_sent_anew_as_a_fresh_one(newcomer: User, desk: Client) -> None:
    old, hashed = lost(newcomer), newcomer.password
    User.objects.filter(pk=newcomer.pk).update(phone="+84999000007")
    page = desk.get(f"{LIST}{old.pk}/change/").content.decode()
    assert "Gửi lại: mật khẩu một lần mới" in page
    assert desk.post(f"{LIST}{old.pk}/resend/").status_code == 302
    new = Message.objects.exclude(pk=old.pk).get()
    newcomer.refresh_from_db()
    issued = re.search(r"mat khau: (\w+)", text_of(new))
    assert issued is not None
    assert newcomer.check_password(issued[1])
    assert newcomer.password != hashed
    assert str(new.to) == "+84999000007"  # the number that counts today
    assert {"message.resent", "credentials.reissued"} <= set(Event.objects.values_list("action", flat=True))


def test_a_second_press_sends_no_third(newcomer: User, desk: Client) -> None:
    old = lost(newcomer)
    for _press in range(2):
        desk.post(f"{LIST}{old.pk}/resend/")
    assert Message.objects.count() == 2
    assert "Gửi lại:" not in desk.get(f"{LIST}{old.pk}/change/").content.decode()
    assert "mã 2 · đã có tin khác thay" in desk.get(LIST).content.decode()


def test_one_account_gets_so_many_in_a_day_and_no_more(newcomer: User) -> None:
    administrator = factories.administrator()
    for _time in range(4):
        Message.objects.update(state="failed", failure="report_2")
        resending.resend(Message.objects.latest("pk").pk, actor=administrator)
    Message.objects.update(state="failed", failure="report_2")
    latest = Message.objects.latest("pk")
    desk = factories.signed_in(administrator)
    page = desk.post(f"{LIST}{latest.pk}/resend/", follow=True).content.decode()
    assert "quá nhiều lần" in page
    latest.refresh_from_db()
    assert resending.may_resend(latest)  # later
    assert Message.objects.count() == 5


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered"])
def test_what_is_on_its_way_or_there_is_not_sent_again(newcomer: User, desk: Client, state: str) -> None:
    old = lost(newcomer)
    Message.objects.update(state=state)
    assert "/resend/" not in desk.get(f"{LIST}{old.pk}/change/").content.decode()
    desk.post(f"{LIST}{old.pk}/resend/")
    assert Message.objects.count() == 1


def test_an_account_that_is_in_use_gets_none(newcomer: User, desk: Client) -> None:
    User.objects.update(must_change_password=False)
    page = desk.post(f"{LIST}{lost(newcomer).pk}/resend/", follow=True).content.decode()
    assert "đã đặt mật khẩu riêng" in page
    assert Message.objects.count() == 1


def test_a_code_is_sent_again_by_its_owner_only(desk: Client) -> None:
    code = put(CODE)
    Message.objects.update(state="uncertain", final_at=timezone.now())
    assert "/resend/" not in desk.get(f"{LIST}{code.pk}/change/").content.decode()
    page = desk.post(f"{LIST}{code.pk}/resend/", follow=True).content.decode()
    assert "chính người dân" in page
    assert Message.objects.count() == 1


def test_whoever_only_reads_the_list_sends_nothing(newcomer: User) -> None:
    old = lost(newcomer)
    supervisor = factories.officer("giamsat", role=Role.SUPERVISOR)
    client = factories.signed_in(supervisor)
    assert "/resend/" not in client.get(f"{LIST}{old.pk}/change/").content.decode()
    assert client.post(f"{LIST}{old.pk}/resend/").status_code == 403
    assert Message.objects.count() == 1


def test_an_account_that_is_gone_and_a_message_that_never_was(newcomer: User, desk: Client) -> None:
    old = lost(newcomer)
    Message.objects.update(dedupe_key="credentials:987654:x")
    desk.post(f"{LIST}{old.pk}/resend/")
    assert Message.objects.count() == 1
    assert desk.post(f"{LIST}987654/resend/").status_code == 404
    with pytest.raises(resending.NotToBeSent):
        resending.resend(987654, actor=User.objects.get(username="quantri"))


def test_neither_the_list_nor_a_row_shows_a_text_a_number_or_a_key(desk: Client) -> None:
    message = put(CREDENTIALS, text=TEXT)
    for page in (LIST, f"{LIST}{message.pk}/change/"):
        shown = desk.get(page).content.decode()
        assert "••••• 001" in shown
        assert "012345" not in shown
        assert PHONE[3:] not in shown
        assert "test:1" not in shown


def test_every_reason_that_is_written_has_words() -> None:
    """By the source: what a gateway raises and what a delivery writes down."""
    folder = Path(delivery.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    written = set(
        re.findall(r"(?:Gateway\w+\(|failure=|failure = |ASK_THE_SAME = |WITHDRAWN = )\"([a-z_]+)\"", sources)
    )
    assert {"unreachable", "no_answer", "broke", "no_such_name", "ask_the_same"} <= written
    assert written <= set(FAILURES)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("no_answer", "nhà cung cấp không trả lời"),
        ("code_105", "nhà cung cấp trả lời mã 105"),
        ("kannel_403", "Kannel trả lời HTTP 403"),
        ("report_2", "nhà cung cấp báo không tới, mã 2"),
        ("smtp_550", "máy chủ thư trả lời 550"),
        ("no_report", "nhận nhưng không báo đã tới"),
    ],
)
def test_each_reason_is_said_in_words(desk: Client, failure: str, words: str) -> None:
    put()
    Message.objects.update(state="failed", failure=failure)
    assert words in desk.get(LIST).content.decode()


def test_a_message_is_found_by_its_number_or_its_accounts_code(citizen: User, desk: Client) -> None:
    mine, other = put(), put(key="test:2", to="+84999000008")

    def found(typed: str) -> set[int]:
        return {row.pk for row in desk.get(LIST, {"q": typed}).context["cl"].result_list}

    assert found(str(mine.pk)) == {mine.pk}
    assert not Event.objects.filter(action="messages.seen").exists()
    assert found("9900 000 001") == {mine.pk}
    [seen] = Event.objects.filter(action="messages.seen")
    assert seen.person_id == citizen.person_id
    assert found("9900000002") == found("abc") == found("9" * 30) == found(f"{mine.pk:012d}") == set()
    assert found("") == {mine.pk, other.pk}


def test_the_list_shows_what_is_not_finished_and_what_was_lost(desk: Client) -> None:
    waiting, lost_one, made_up_for, there = (put(key=f"test:{number}") for number in range(4))
    now = timezone.now()
    Message.objects.exclude(pk=waiting.pk).update(final_at=now, state="failed")
    Message.objects.filter(pk=made_up_for.pk).update(replaced_at=now)
    Message.objects.filter(pk=there.pk).update(state="delivered")

    def shown(progress: str) -> set[int]:
        return {row.pk for row in desk.get(LIST, {"tinh-trang": progress}).context["cl"].result_list}

    assert shown("open") == {waiting.pk}
    assert shown("lost") == {lost_one.pk}
    assert len(shown("")) == 4


def test_the_list_costs_the_same_for_fifty_as_for_one(desk: Client, django_assert_num_queries: Any) -> None:

    put()
    with CaptureQueriesContext(connection) as one:
        desk.get(LIST)
    for number in range(49):
        put(key=f"more:{number}")
    with django_assert_num_queries(len(one)):
        desk.get(LIST)
