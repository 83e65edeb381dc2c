"""What is wrong with the messages as a whole is shown, logged, and told to the administrators."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import alarms, limits
from accounts.counting import Limit
from accounts.errors import TooManyRequests
from accounts.models import Alarm, Event, Message
from accounts.services import message_watch
from accounts.services.roles import Role
from accounts.sms import outbox
from accounts.sms.gateways.base import GatewayRefused, GatewayUnreachable, Handed
from tests import factories
from tests.accounts.codes import ask
from tests.accounts.conftest import Clock
from tests.accounts.providing import CODE, CREDENTIALS, NOTICE, Carrier, deliver, lead_sms_to, put

pytestmark = pytest.mark.django_db
GONE, LOW, SLOW, LOST = (
    Alarm.Kind.BUDGET_GONE,
    Alarm.Kind.BUDGET_LOW,
    Alarm.Kind.SLOW,
    Alarm.Kind.CREDENTIALS_LOST,
)


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sound is counted, however soon after the last."""
    monkeypatch.setattr(alarms, "QUIET", 0.0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day's budget of ten codes, five of them for strangers."""
    for name, count in (("code.portal", 10), ("code.stranger.portal", 5)):
        monkeypatch.setitem(limits.LIMITS, name, Limit(count, limits.DAY, guards_secrets=True, alarm=GONE))


def opened() -> set[tuple[str, str]]:
    return set(Alarm.objects.filter(closed_at=None).values_list("kind", "subject"))


def numbers() -> Any:
    return (f"+849990001{number:02d}" for number in range(100))


def test_a_budget_is_told_before_it_is_gone_and_when_it_is(browser: Any, small: None) -> None:
    phones = numbers()
    for _code in range(3):
        ask(browser(), next(phones))
    message_watch.watch()
    assert opened() == set()
    ask(browser(), next(phones))
    message_watch.watch()
    assert opened() == {(LOW, "code.stranger.portal")}
    ask(browser(), next(phones))
    with pytest.raises(TooManyRequests):
        ask(browser(), next(phones))
    assert (GONE, "code.stranger.portal") in opened()
    assert Message.objects.count() == 5


def test_each_refusal_is_logged_by_the_name_of_its_limit_and_nothing_else(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for _code in range(5):
        ask(browser())
    with pytest.raises(TooManyRequests):
        ask(browser())
    lines = [record.getMessage() for record in caplog.records if "is used up" in record.getMessage()]
    assert lines == ["limit code.stranger.hour is used up for 3600 s"]
    assert "999000001" not in caplog.text
    assert opened() == set()  # one number's budget is no matter for an administrator


def test_an_address_that_asks_without_end_is_told(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        limits.LIMITS, "code.address", Limit(2, limits.HOUR, guards_secrets=True, alarm=Alarm.Kind.ADDRESS)
    )
    phones = numbers()
    ask(browser(), next(phones))
    ask(browser(), next(phones))
    with pytest.raises(TooManyRequests):
        ask(browser(), next(phones))
    assert opened() == {("address", "code.address")}
    assert "203.0.113.7" not in str(Alarm.objects.values())


def test_what_goes_on_is_counted_in_one_alarm_and_logged_once(loud: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _time in range(3):
        alarms.sound(SLOW, "otp")
    alarms.sound(SLOW, "notices")
    assert list(Alarm.objects.order_by("pk").values_list("subject", "times")) == [("otp", 3), ("notices", 1)]
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == ["alarm: slow otp", "alarm: slow notices"]


def test_a_flood_writes_once_in_a_while_only(django_assert_max_num_queries: Any) -> None:
    alarms.sound(SLOW, "otp")
    with django_assert_max_num_queries(0):
        alarms.sound(SLOW, "otp")


def test_after_it_was_closed_it_opens_anew(loud: None) -> None:
    officer = factories.administrator()
    alarms.sound(SLOW, "otp")
    message_watch.close_alarm(Alarm.objects.get().pk, actor=officer)
    message_watch.close_alarm(Alarm.objects.get().pk, actor=officer)
    assert Event.objects.filter(action="alarm.closed").count() == 1
    alarms.sound(SLOW, "otp")
    assert list(Alarm.objects.order_by("pk").values_list("times", "closed_by")) == [(1, officer.pk), (1, None)]
    assert message_watch.open_alarms() == 1


def test_codes_that_do_not_leave_and_notices_nobody_looks_at_are_told() -> None:
    code, notice = put(CODE), put(NOTICE, "test:2")
    message_watch.watch()
    assert opened() == set()
    now = timezone.now()
    Message.objects.filter(pk=code.pk).update(created_at=now - timedelta(seconds=61))
    Message.objects.filter(pk=notice.pk).update(sweep_at=now - timedelta(minutes=3))
    message_watch.watch()
    assert opened() == {(SLOW, "otp"), (SLOW, "notices")}


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [(GatewayRefused("bad_number"), True), (GatewayUnreachable("unreachable"), False), (Handed(), False)],
)
def test_a_password_that_did_not_arrive_is_told(settings: Any, answer: Any, is_told: bool) -> None:
    lead_sms_to(settings, only=Carrier(answer))
    deliver(put(CREDENTIALS))
    assert ((LOST, "") in opened()) == is_told


def test_a_password_whose_time_is_up_is_told_and_a_notice_is_not(settings: Any) -> None:
    lead_sms_to(settings)
    for kind in (NOTICE, CREDENTIALS):
        deliver(put(kind, kind.value, not_after=timezone.now()))
        assert ((LOST, "") in opened()) == (kind == CREDENTIALS)


def test_a_password_that_was_replaced_is_no_loss() -> None:
    put(CREDENTIALS, "credentials:7:a")
    outbox.replace(dedupe_prefix="credentials:7:")
    assert Message.objects.get().state == "expired"
    assert opened() == set()


def test_each_new_alarm_is_written_to_the_administrators_once(settings: Any) -> None:
    settings.ALARM_EMAILS, settings.SENDS_LETTERS = ["mot@example.vn", "hai@example.vn"], True
    alarms.sound(SLOW, "otp")
    message_watch.watch()
    message_watch.watch()
    letters = Message.objects.filter(purpose="alarm")
    assert sorted(letters.values_list("email", "to")) == [("hai@example.vn", ""), ("mot@example.vn", "")]
    assert Alarm.objects.get().told_at is not None


def test_without_addresses_nobody_is_written_to(settings: Any) -> None:
    settings.ALARM_EMAILS, settings.SENDS_LETTERS = [], True
    alarms.sound(SLOW, "otp")
    message_watch.watch()
    assert not Message.objects.exists()


def test_the_desk_shows_what_is_open_and_an_administrator_closes_it() -> None:
    alarms.sound(SLOW, "otp")
    alarm = Alarm.objects.get()
    administrator = factories.signed_in(factories.administrator())
    assert 'data-open-alarms="1"' in administrator.get("/admin/").content.decode()
    page = f"/admin/accounts/alarm/{alarm.pk}/change/"
    assert "/close/" in administrator.get(page).content.decode()
    assert administrator.post(f"/admin/accounts/alarm/{alarm.pk}/close/").status_code == 302
    alarm.refresh_from_db()
    assert alarm.closed_at is not None
    assert "/close/" not in administrator.get(page).content.decode()
    assert "data-open-alarms" not in administrator.get("/admin/").content.decode()


def test_a_supervisor_sees_an_alarm_and_closes_none() -> None:
    alarms.sound(SLOW, "otp")
    alarm = Alarm.objects.get()
    supervisor = factories.signed_in(factories.officer("giamsat", role=Role.SUPERVISOR))
    page = supervisor.get(f"/admin/accounts/alarm/{alarm.pk}/change/")
    assert page.status_code == 200
    assert "/close/" not in page.content.decode()
    assert supervisor.post(f"/admin/accounts/alarm/{alarm.pk}/close/").status_code == 403
    assert message_watch.open_alarms() == 1


def test_the_part_used_is_of_the_budget_that_is_nearer_its_end(browser: Any, small: None, clock: Clock) -> None:
    phones = numbers()
    for _code in range(2):
        ask(browser(), next(phones))
    assert message_watch.budget_used() == 0.4
    clock.forward(limits.DAY)
    assert message_watch.budget_used() == 0
