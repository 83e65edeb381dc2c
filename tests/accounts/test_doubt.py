"""What may have left and what certainly has not (codes at most once by themselves, the rest at least once)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Message, MessageState
from accounts.sms import delivery
from accounts.sms.gateways.base import GatewayRefused, GatewayUnreachable, Handed
from accounts.sms.provider_file import Provider
from tests.accounts.providing import (
    CODE,
    CREDENTIALS,
    DOUBT,
    NOTICE,
    Carrier,
    deliver,
    forget_until_now,
    in_the_middle_of_a_call,
    lead_sms_to,
    put,
    sweep,
    with_reports,
)

pytestmark = pytest.mark.django_db
RESENDABLE = pytest.mark.parametrize("kind", [CREDENTIALS, NOTICE])


def test_a_code_in_doubt_is_final_and_offered_to_nobody_else(settings) -> None:
    first, second = Carrier(DOUBT), Carrier(DOUBT)
    lead_sms_to(settings, a=first, b=second)
    message = deliver(put(CODE))
    assert (message.state, message.failure, bytes(message.body)) == ("uncertain", "no_answer", b"")
    assert message.final_at is not None
    forget_until_now(message)
    assert sweep() == []
    deliver(message)
    assert len(first.taken) + len(second.taken) == 1


@RESENDABLE
def test_anything_else_in_doubt_goes_again_under_the_same_reference_and_text(settings, kind: Message.Kind) -> None:
    first, second = Carrier(DOUBT), Carrier(DOUBT)
    lead_sms_to(settings, a=first, b=second)
    message = deliver(put(kind))
    assert (message.state, message.failure, message.final_at) == ("queued", "no_answer", None)
    assert len(first.taken) + len(second.taken) == 1
    first.answer = second.answer = Handed()
    assert deliver(message).state == MessageState.SENT
    assert len(first.taken) == len(second.taken) == 1  # by the other one this time
    assert first.taken == second.taken


def test_a_refused_connection_is_no_doubt_and_the_next_provider_takes_the_code_at_once(settings) -> None:
    good, dead = Carrier(), Carrier(GatewayUnreachable("unreachable"))
    lead_sms_to(settings, good=good, dead=dead)
    for number in range(20):
        message = deliver(put(CODE, f"test:{number}"))
        assert (message.state, message.gateway) == ("sent", "good")
    assert len(good.taken) == 20
    assert len(dead.taken) < 10


def test_a_number_that_one_provider_refuses_for_good_is_asked_of_no_other(settings) -> None:
    first, second = Carrier(GatewayRefused("bad_number")), Carrier(GatewayRefused("bad_number"))
    lead_sms_to(settings, a=first, b=second)
    assert deliver(put(CREDENTIALS)).state == MessageState.FAILED
    assert len(first.taken) + len(second.taken) == 1


def test_a_code_whose_worker_died_in_the_call_is_in_doubt(settings) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    message = put(CODE)
    in_the_middle_of_a_call(message)
    assert sweep() == []
    assert (deliver(message).state, message.attempts) == ("uncertain", 0)
    assert bytes(Message.objects.get().body) == b""
    assert carrier.taken == []


@RESENDABLE
def test_anything_else_whose_worker_died_goes_again_at_once(settings, kind: Message.Kind) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    message = put(kind)
    in_the_middle_of_a_call(message)
    assert sweep() == [message.pk]
    assert deliver(message).state == MessageState.SENT
    assert len(carrier.taken) == 1


def test_a_code_goes_again_by_a_provider_that_takes_a_reference_once(settings) -> None:
    carrier = Carrier(takes_reference_once=True)
    lead_sms_to(settings, a=carrier)
    message = put(CODE)
    in_the_middle_of_a_call(message)
    assert sweep() == [message.pk]
    assert deliver(message).state == MessageState.SENT


def test_a_call_to_a_provider_that_has_left_the_settings_is_in_doubt_too(settings) -> None:
    lead_sms_to(settings, b=Carrier(takes_reference_once=True))
    message = put(CODE)
    in_the_middle_of_a_call(message, gateway="a")
    assert sweep() == []
    assert Message.objects.get().state == MessageState.UNCERTAIN


def test_a_worker_that_died_before_the_call_has_left_the_row_waiting(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    message = put(CODE)

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_begin", die)
        with pytest.raises(SystemExit):
            delivery.deliver(message.pk)
    assert Message.objects.get().state == MessageState.QUEUED
    assert deliver(message).state == MessageState.SENT
    assert len(carrier.taken) == 1


def test_a_worker_thought_dead_changes_nothing_any_more(settings) -> None:
    """It comes back from a long pause, and meanwhile the code was judged."""
    message = put(CODE)

    class Slow(Carrier):
        def send(self, taken):
            forget_until_now(message)
            sweep()
            return super().send(taken)

    lead_sms_to(settings, a=Slow())
    message = deliver(message)
    assert (message.state, message.failure, message.sent_at) == ("uncertain", "worker_died", None)


def test_a_code_is_not_sent_in_its_last_seconds(settings) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=carrier)
    soon = timezone.now() + delivery.CODE_ENDS_EARLY
    assert deliver(put(CODE, not_after=soon)).state == MessageState.EXPIRED
    assert deliver(put(CODE, "test:2", not_after=soon + timedelta(seconds=5))).state == MessageState.SENT
    assert len(carrier.taken) == 1


def test_a_message_that_was_taken_stays_open_for_its_report_and_keeps_its_text(settings) -> None:
    lead_sms_to(settings, a=with_reports(Carrier(Handed(reference="P-77"))))
    message = deliver(put(CODE))
    assert (message.state, message.provider_reference, message.final_at) == ("sent", "P-77", None)
    assert bytes(message.body)
    assert message.sweep_at == message.not_after


def test_a_code_nobody_reports_of_ends_as_uncertain_with_the_code_itself(settings) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=with_reports(carrier))
    message = deliver(put(CODE))
    Message.objects.update(not_after=timezone.now())
    forget_until_now(message)
    assert sweep() == []
    message.refresh_from_db()
    assert (message.state, message.failure, bytes(message.body)) == ("uncertain", "no_report", b"")
    assert len(carrier.taken) == 1


@RESENDABLE
def test_anything_else_nobody_reports_of_goes_again_later_and_later(settings, kind: Message.Kind) -> None:
    carrier = Carrier()
    lead_sms_to(settings, a=with_reports(carrier))
    message = put(kind)
    waits = []
    for _turn in range(3):
        message = deliver(message)
        assert message.state == MessageState.SENT
        waits.append(round((message.sweep_at - timezone.now()).total_seconds() / 3600))
        forget_until_now(message)
        assert sweep() == []  # after a moment more, like whatever else is in doubt
        assert Message.objects.get().state == MessageState.QUEUED
    assert waits == [1, 4, 16]
    assert {(taken.reference, taken.text) for taken in carrier.taken} == {(message.pk, carrier.taken[0].text)}
    Message.objects.update(not_after=timezone.now(), state="sent")
    forget_until_now(message)
    assert sweep() == []
    assert Message.objects.get().state == MessageState.UNCERTAIN


def test_a_code_that_may_have_left_is_asked_again_of_nobody_but_whoever_takes_it_once(settings) -> None:
    once, other = Carrier(GatewayUnreachable("unreachable"), takes_reference_once=True), Carrier()
    lead_sms_to(settings, a=once, b=other)
    message = put(CODE)
    in_the_middle_of_a_call(message)
    assert sweep() == [message.pk]
    for _try in range(3):
        assert deliver(message).state == MessageState.QUEUED
    once.answer = Handed()
    assert (deliver(message).state, message.pk) == ("sent", once.taken[-1].reference)
    assert other.taken == []


def test_a_code_in_doubt_at_a_provider_that_takes_it_once_goes_to_that_provider_again(settings) -> None:
    once, other = Carrier(DOUBT, takes_reference_once=True), Carrier(GatewayUnreachable("unreachable"))
    lead_sms_to(settings, a=once, b=other)
    message = deliver(put(CODE))
    asked = len(other.taken)
    assert (message.state, message.gateway) == ("queued", "a")
    once.answer = Handed()
    assert deliver(message).state == MessageState.SENT
    assert len(other.taken) == asked


@RESENDABLE
def test_whatever_breaks_around_a_call_is_a_doubt_and_not_repeated_at_once(settings, kind: Message.Kind) -> None:
    carrier = Carrier(RuntimeError("of the gateway's own"))
    lead_sms_to(settings, a=carrier)
    message = put(kind)
    waits = []
    for _try in range(3):
        message = deliver(message)
        assert (message.state, message.failure) == ("queued", "broke")
        waits.append((message.sweep_at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] > 10
    assert deliver(put(CODE, "test:2")).state == MessageState.UNCERTAIN


@RESENDABLE
def test_a_worker_that_dies_again_and_again_over_one_message_waits_longer_each_time(
    settings, kind: Message.Kind
) -> None:
    lead_sms_to(settings, a=Carrier())
    message = put(kind)
    Message.objects.update(state=MessageState.SENDING, gateway="a", attempts=4)
    forget_until_now(message)
    assert sweep() == []
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert (message.sweep_at - timezone.now()).total_seconds() > 200


def test_the_sweep_leaves_alone_what_a_worker_has_taken_meanwhile(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lead_sms_to(settings, a=with_reports(Carrier()))
    message = put(CODE)
    forget_until_now(message)
    judge = delivery._is_too_late

    def taken_meanwhile(row: Message) -> bool:
        if row.sweep_at < timezone.now() and not Message.objects.filter(state="sent").exists():
            monkeypatch.setattr(delivery, "_is_too_late", judge)
            delivery.deliver(row.pk)
        return judge(row)

    monkeypatch.setattr(delivery, "_is_too_late", taken_meanwhile)
    sweep()
    message.refresh_from_db()
    assert (message.state, message.sweep_at) == ("sent", message.not_after)


def test_a_code_whose_time_runs_out_between_two_providers_is_not_asked_of_the_second(settings) -> None:
    message = put(CODE)

    class Slow(Carrier):
        def send(self, taken: Any) -> Handed:
            message.not_after = timezone.now()
            held[0].not_after = timezone.now()
            raise GatewayUnreachable("unreachable")

    held: list[Message] = []
    begin = delivery._begin
    second = Carrier()
    lead_sms_to(settings, a=Slow(), b=Provider(name="b", gateway=second, weight=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "_begin", lambda row, provider: held.append(row) or begin(row, provider))
        assert deliver(message).state == MessageState.EXPIRED
    assert second.taken == []
