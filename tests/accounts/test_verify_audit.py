"""`verify_audit`: what an operator reads, and the exit code a monitor reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Event, EventSeal
from accounts.services import seals
from tests.accounts.sealing_events import copied_with_id, sealed, tamper, verdict, written

pytestmark = pytest.mark.django_db


def test_what_is_untouched_passes() -> None:
    sealed(3, 2)
    written(4, ago=timedelta(minutes=1))
    code, words = verdict()
    assert code == 0
    assert words.splitlines() == [
        "Đã kiểm tra 2 niêm phong trên 5 sự kiện.",
        "Chưa niêm phong: 4 sự kiện.",
        "Sổ sự kiện còn nguyên vẹn.",
    ]


def test_an_empty_book_passes() -> None:
    assert verdict()[0] == 0


BREAKS = {
    "UPDATE accounts_event SET action = 'x' WHERE id = {last}": "có sự kiện bị sửa hoặc bị thay",
    "DELETE FROM accounts_event WHERE id = {last}": "thiếu 1 sự kiện",
    "UPDATE accounts_event SET id = {last} - 1 WHERE id = {earlier}": "thừa 1 sự kiện",
    "DELETE FROM accounts_eventseal WHERE last_id = {last}": "mất niêm phong",
    "UPDATE accounts_eventseal SET previous = '' WHERE last_id = {last}": "niêm phong không nối tiếp",
}


@pytest.mark.parametrize("sql", BREAKS)
def test_each_break_is_told_with_its_range_and_in_words(sql: str) -> None:
    (first,) = sealed(3)
    last = first.last_id + 30
    for pk in (last, last + 10):
        copied_with_id(Event.objects.earliest("pk"), pk)
        seals.seal_due_events()
    tamper(sql.format(earlier=first.last_id, last=last))
    code, words = verdict()
    assert code == 1
    assert f"sự kiện {first.last_id + 1} đến {last}: {BREAKS[sql]}" in words
    assert "Sổ sự kiện KHÔNG còn nguyên vẹn" in words
    assert "Sổ sự kiện còn nguyên vẹn" not in words


def test_from_a_seal_on_the_earlier_ones_are_not_read_but_their_end_counts() -> None:
    first, second, third = sealed(2, 2, 2)
    tamper("UPDATE accounts_event SET action = 'x' WHERE id = %s", first.last_id)
    assert verdict()[0] == 1
    code, words = verdict("--from", str(second.pk))
    assert code == 0
    assert "Đã kiểm tra 2 niêm phong trên 4 sự kiện." in words
    tamper("DELETE FROM accounts_eventseal WHERE id = %s", second.pk)
    assert "mất niêm phong" in verdict("--from", str(third.pk))[1]


def test_a_seal_that_is_not_there_cannot_be_begun_with() -> None:
    sealed(1)
    with pytest.raises(CommandError, match="Không có niêm phong số 999"):
        call_command("verify_audit", "--from", "999")


def test_a_cut_tail_is_found_by_a_noted_head_only() -> None:
    _first, second = sealed(2, 2)
    head = f"{second.pk}:{second.digest[:16]}"
    assert verdict("--head", head)[0] == 0
    assert verdict("--head", f"{second.pk}:{second.digest.upper()}")[0] == 0
    tamper("DELETE FROM accounts_event WHERE id >= %s", second.first_id)
    tamper("DELETE FROM accounts_eventseal WHERE id = %s", second.pk)
    assert verdict()[0] == 0
    code, words = verdict("--head", head)
    assert code == 1
    assert f"Niêm phong {second.pk} đã ghi lại không còn trong sổ" in words


@pytest.mark.parametrize("head", ["", "1", "1:", "1:abc", "x:0123456789abcdef", "1:0123456789abcdeg", ":" + "a" * 16])
def test_a_head_that_proves_nothing_is_refused(head: str) -> None:
    with pytest.raises(CommandError, match="viết SỐ:MÃ"):
        call_command("verify_audit", f"--head={head}")


def test_late_sealing_is_told_and_has_a_code_of_its_own() -> None:
    written(2, ago=timedelta(minutes=59))
    assert verdict()[0] == 0
    written(1, ago=timedelta(minutes=61))
    code, words = verdict()
    assert code == 2
    assert "Chưa niêm phong: 3 sự kiện." in words
    assert "Niêm phong đang trễ" in words
    seals.seal_due_events()
    assert verdict()[0] == 0


def made_anew() -> None:
    """By somebody with the database and no key: the job seals what they left."""
    tamper("DELETE FROM accounts_eventseal")
    seals.seal_due_events()


def late_until(seal: EventSeal) -> str:
    return f"--late-until={seal.pk}:{seal.digest[:16]}"


def test_a_history_changed_and_sealed_anew_by_the_job_is_sealed_late(monkeypatch: pytest.MonkeyPatch) -> None:
    before = timezone.now() - timedelta(days=2)
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: before)
        (seal,) = sealed(3)
    assert verdict()[0] == 0
    tamper("UPDATE accounts_event SET actor_id = 7 WHERE id = %s", seal.last_id)
    made_anew()
    code, words = verdict()
    assert code == 1
    assert f"sự kiện 1 đến {seal.last_id}: niêm phong muộn" in words
    assert "Chưa chắc sổ sự kiện còn nguyên vẹn" in words
    assert "Sổ sự kiện còn nguyên vẹn" not in words


def test_the_time_of_sealing_cannot_be_put_back() -> None:
    written(2, ago=timedelta(days=2))
    seals.seal_due_events()
    tamper("UPDATE accounts_eventseal SET sealed_at = %s", timezone.now() - timedelta(days=2))
    assert "có sự kiện bị sửa" in verdict()[1]


def test_a_day_between_an_event_and_its_seal_is_not_late_yet() -> None:
    written(2, ago=timedelta(hours=23, minutes=59))
    seals.seal_due_events()
    assert verdict()[0] == 0


def test_one_late_event_among_others_makes_the_range_late() -> None:
    written(2)
    written(1, ago=timedelta(hours=25))
    written(1)
    seals.seal_due_events()
    assert verdict()[0] == 1


def test_a_known_reason_is_acknowledged_up_to_its_seal_and_no_further() -> None:
    written(2, ago=timedelta(days=3))
    seals.seal_due_events()
    written(2, ago=timedelta(days=2))
    seals.seal_due_events()
    sealed(2)
    first, second, third = EventSeal.objects.order_by("first_id")
    assert f"--late-until {second.pk}:{second.digest[:16]}" in verdict()[1]
    code, words = verdict(late_until(first))
    assert code == 1
    assert f"Niêm phong {first.pk}," not in words
    assert f"Niêm phong {second.pk}," in words
    for seal in (second, third):
        assert verdict(late_until(seal))[0] == 0
    tamper("UPDATE accounts_event SET action = 'x' WHERE id = %s", first.last_id)
    assert verdict(late_until(second))[0] == 1


def test_what_was_acknowledged_does_not_cover_a_chain_made_anew_under_the_same_number() -> None:
    written(2, ago=timedelta(days=2))
    seals.seal_due_events()
    seal = EventSeal.objects.get()
    made_anew()
    tamper("UPDATE accounts_eventseal SET id = %s", seal.pk)
    code, words = verdict(late_until(seal))
    assert code == 1
    assert "niêm phong muộn" in words
    assert f"Niêm phong {seal.pk} đã ghi lại không còn trong sổ" in words
    # Nor does writing the old digest over the new one help: it is not that of these events.
    tamper("UPDATE accounts_eventseal SET digest = %s", seal.digest)
    assert "có sự kiện bị sửa" in verdict(late_until(seal))[1]


def test_any_number_of_seals_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "READ_AT_ONCE", 2)
    sealed(1, 3, 1, 5, 1)
    assert "Đã kiểm tra 5 niêm phong trên 11 sự kiện." in verdict()[1]
