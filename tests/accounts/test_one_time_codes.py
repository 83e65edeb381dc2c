from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.limits import HOUR
from accounts.models import Message, OneTimeCode
from accounts.services import one_time_codes
from accounts.services.one_time_codes import (
    CodeBurnt,
    CodeExpired,
    CodeMissing,
    CodeWrong,
    ResendTooSoon,
    ResendUsedUp,
    check_code,
    seconds_until_resend,
)
from accounts.sms import delivery
from tests.accounts.codes import REGISTER, STATUS, Browser, ask, newest_code, resend, run_out, some_time_ago, try_code
from tests.accounts.conftest import PHONE, Clock, another, code_in, text_of
from vssportal import celery_app

pytestmark = pytest.mark.django_db


def test_the_right_code_proves_the_phone_it_was_sent_to(browser: Browser) -> None:
    session = browser()
    ask(session)
    proved = try_code(session, newest_code())
    assert str(proved.phone) == PHONE
    assert proved.closed_at is not None


def test_a_used_code_is_worth_nothing(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code, before = newest_code(), dict(session)
    try_code(session, code)
    with pytest.raises(CodeMissing):
        try_code(session, code)
    session.update(before)  # the browser brings the old session back
    with pytest.raises(CodeMissing):
        try_code(session, code)
    assert OneTimeCode.objects.get(pk=row.pk).wrong_tries == 0


def test_another_browser_cannot_use_the_code(browser: Browser) -> None:
    session, stranger = browser(), browser()
    ask(session)
    code = newest_code()
    with pytest.raises(CodeMissing):
        try_code(stranger, code)
    assert try_code(session, code)


def test_a_code_asked_for_by_two_browsers_works_only_where_it_was_asked(browser: Browser) -> None:
    one, other = browser(), browser()
    ask(one)
    code = newest_code()
    ask(other)
    with pytest.raises(CodeWrong):
        try_code(other, code if code != newest_code() else another(code))
    assert try_code(one, code)


def test_a_code_for_one_purpose_opens_no_other(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    with pytest.raises(CodeMissing):
        check_code(session, purpose=STATUS, code=code)
    session[f"one_time_code:{STATUS.value}"] = row.pk
    with pytest.raises(CodeMissing):
        check_code(session, purpose=STATUS, code=code)
    assert try_code(session, code)


def test_each_wrong_try_says_how_many_are_left(browser: Browser) -> None:
    session = browser()
    ask(session)
    wrong = another(newest_code())
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            try_code(session, wrong)
        assert refused.value.params == {"left": left}


def test_the_fifth_wrong_try_burns_the_code_and_wipes_it(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    for step in range(1, 5):
        with pytest.raises(CodeWrong):
            try_code(session, another(code, step))
    with pytest.raises(CodeBurnt):
        try_code(session, another(code, 5))
    with pytest.raises(CodeMissing):
        try_code(session, code)
    row.refresh_from_db()
    assert (row.digest, bytes(row.sealed)) == ("", b"")
    assert row.closed_at is not None


def test_four_wrong_tries_do_not_burn_it(browser: Browser) -> None:
    session = browser()
    ask(session)
    code = newest_code()
    for step in range(1, 5):
        with pytest.raises(CodeWrong):
            try_code(session, another(code, step))
    assert try_code(session, code)


def test_a_resend_repeats_the_code_and_never_the_tries(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    for step in range(1, 5):
        with pytest.raises(CodeWrong):
            try_code(session, another(code, step))
    some_time_ago(row, 31)
    resend(session)
    assert newest_code() == code
    with pytest.raises(CodeBurnt):
        try_code(session, another(code))


def test_asking_again_for_the_same_phone_is_a_resend_and_not_a_new_code(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    some_time_ago(row, 31)
    assert ask(session).pk == row.pk
    assert newest_code() == code
    assert OneTimeCode.objects.count() == 1


def test_another_phone_or_subject_gets_a_code_of_its_own(browser: Browser) -> None:
    session = browser()
    first = ask(session)
    second = ask(session, phone="+84999000002")
    third = ask(session, phone="+84999000002", subject="file:1")
    assert len({first.pk, second.pk, third.pk}) == 3
    assert one_time_codes.current_code(session, purpose=REGISTER, subject="file:1") == third
    assert one_time_codes.current_code(session, purpose=REGISTER) is None


@pytest.mark.parametrize("sends", [1, 2, 3, 4])
def test_the_wait_grows_with_each_send(browser: Browser, sends: int) -> None:
    wait = {1: 30, 2: 60, 3: 90, 4: 120}[sends]
    session = browser()
    row = ask(session)
    OneTimeCode.objects.filter(pk=row.pk).update(sends=sends)
    some_time_ago(row, wait - 5)
    with pytest.raises(ResendTooSoon) as refused:
        resend(session)
    assert refused.value.params["wait"] in {4, 5}
    assert Message.objects.count() == 1
    some_time_ago(row, wait)
    assert resend(session).sends == sends + 1
    assert Message.objects.count() == 2


def test_after_four_resends_there_is_no_fifth(browser: Browser, clock: Clock) -> None:
    session = browser()
    row = ask(session)
    for _ in range(4):
        some_time_ago(row, 121)
        resend(session)
    some_time_ago(row, 3000)
    clock.forward(HOUR)
    with pytest.raises(ResendUsedUp):
        resend(session)
    assert seconds_until_resend(OneTimeCode.objects.get(pk=row.pk)) is None
    assert Message.objects.count() == 5


def test_a_resend_without_a_code_is_refused(browser: Browser) -> None:
    with pytest.raises(CodeMissing):
        resend(browser())
    assert not Message.objects.exists()


def test_after_ten_minutes_the_right_code_is_refused_and_wiped(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    assert timedelta(minutes=9, seconds=50) < row.expires_at - timezone.now() <= timedelta(minutes=10)
    run_out(row)
    with pytest.raises(CodeExpired):
        try_code(session, code)
    row.refresh_from_db()
    assert (row.digest, bytes(row.sealed)) == ("", b"")


def test_a_resend_does_not_lengthen_the_ten_minutes(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    some_time_ago(row, 31)
    assert resend(session).expires_at == row.expires_at
    assert Message.objects.latest("pk").not_after == row.expires_at


def test_an_expired_code_is_not_sent_again_but_replaced(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    run_out(row)
    with pytest.raises(CodeMissing):
        resend(session)
    assert ask(session).pk != row.pk


def test_wiping_takes_the_expired_and_leaves_the_open(browser: Browser) -> None:
    old, open_one = ask(browser()), ask(browser(), phone="+84999000002")
    run_out(old)
    assert one_time_codes.wipe_expired_codes() == 1
    old.refresh_from_db()
    open_one.refresh_from_db()
    assert (old.digest, bytes(old.sealed)) == ("", b"")
    assert open_one.digest
    assert open_one.sealed
    assert one_time_codes.wipe_expired_codes() == 0


def test_something_wipes_expired_codes_without_being_asked(browser: Browser, settings) -> None:
    """A code nobody ever types must not keep its secrets: the schedule has to reach it."""
    row = ask(browser())
    run_out(row)
    celery_app.loader.import_default_modules()  # as a worker does
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        celery_app.tasks[entry["task"]]()
    row.refresh_from_db()
    assert (row.digest, bytes(row.sealed)) == ("", b"")


def test_using_the_code_wipes_it(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    try_code(session, newest_code())
    row.refresh_from_db()
    assert (row.digest, bytes(row.sealed)) == ("", b"")


def test_the_row_the_outbox_and_the_session_hold_no_clear_code(browser: Browser) -> None:
    session = browser()
    row = ask(session)
    code = newest_code()
    stored = OneTimeCode.objects.filter(pk=row.pk).values("digest", "sealed", "subject", "purpose").get()
    message = Message.objects.values("body", "dedupe_key", "purpose", "failure").get()
    assert code not in str({**stored, "sealed": bytes(stored["sealed"])})
    assert code not in str({**message, "body": bytes(message["body"])})
    assert code not in str(dict(session))


def test_no_log_line_holds_the_code_or_the_number(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    session = browser()
    ask(session)
    message = Message.objects.get()
    code, text = code_in(message), text_of(message)
    with pytest.raises(CodeWrong):
        try_code(session, another(code))
    delivery.deliver(message.pk)
    try_code(session, code)
    ours = [record for record in caplog.records if record.name.startswith("accounts")]
    logged = "\n".join(f"{record.getMessage()} {record.args}" for record in ours)
    assert f"message {message.pk} delivered" in logged
    for secret in (code, text, PHONE, PHONE[3:]):
        assert secret not in logged


def test_codes_are_six_digits_and_differ(browser: Browser) -> None:
    codes = set()
    for number in range(20):
        ask(browser(), phone=f"+849990001{number:02d}")
        codes.add(newest_code())
    assert len(codes) > 15


@pytest.mark.parametrize("typed", ["", "0", "12345", "1234567", "abcdef", "mã số", "１２３４５６"])
def test_anything_else_is_a_wrong_try_and_never_an_error(browser: Browser, typed: str) -> None:
    session = browser()
    ask(session)
    with pytest.raises(CodeWrong):
        try_code(session, typed)


def test_a_day_after_it_ran_out_nothing_of_a_code_is_kept() -> None:
    now = timezone.now()
    for hours in (1, 23, 25):
        OneTimeCode.objects.create(
            purpose="register", phone="+84999000001", expires_at=now - timedelta(hours=hours), closed_at=now
        )
    one_time_codes.wipe_expired_codes()
    assert OneTimeCode.objects.count() == 2
