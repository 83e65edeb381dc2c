"""A day of the messages, failures included, and then: no secret in the broker's files, a log or a task's event."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.carriers import TOKEN, Carrier, Mood, carrier
from tests.deployed import CELERY, Deployment, deployment
from tests.waiting import wait_for

pytestmark = pytest.mark.portal

LASTS = {"code": 600.0, "credentials": 3600.0, "notice": 3600.0}
PHONE = "0912345678"
WRONG_TOKEN = "planted-token-of-a-stranger"


class Day:
    """Two carriers, and every process of a deployment, whose logs are read at its end."""

    def __init__(self, portal: Deployment, first: Carrier, second: Carrier) -> None:
        self.portal, self.carriers = portal, (first, second)
        portal.hand_to(self.carriers)
        portal.manage("collectstatic")
        portal.web()
        portal.beat()
        portal.start("events", *CELERY, "events", "--dump")
        self.worker = portal.start("worker", *CELERY, "worker", "-P", "threads", "-c", "8", "-E", "--loglevel", "INFO")
        self.worker.wait_for(" ready.")
        self.caller = portal.caller()

    def messages(self, how_many: int) -> None:
        self.caller.begin("code", "credentials", "notice", lasts=LASTS, how_many=how_many)
        self.caller.result()

    def count(self, condition: str) -> int:
        return int(self.portal.rows(f"SELECT count(*) FROM accounts_message WHERE {condition}")[0][0])


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with ExitStack() as stack:
        portal = stack.enter_context(deployment(tmp_path))
        both = [stack.enter_context(carrier(name, portal=portal.url)) for name in ("one", "two")]
        yield Day(portal, *both)


def a_browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def send(browser: urllib.request.OpenerDirector, page: str, **fields: str) -> str:
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(page).read().decode())
    assert token is not None
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
    return str(browser.open(page, form).read().decode())


def register(day: Day) -> str:
    """A code is asked for, typed wrong and then right; the code."""
    browser, page = a_browser(), f"{day.portal.url}/dang-ky/ca-nhan/"
    send(browser, page, phone=PHONE)
    wait_for(lambda: bool(texts_to(day, "+84912345678")))
    code = texts_to(day, "+84912345678")[0][6:12]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert "Mã chưa đúng" in send(browser, f"{page}ma/", code=wrong)
    assert "Họ và tên" in send(browser, f"{page}ma/", code=code)
    return code


def texts_to(day: Day, number: str) -> list[str]:
    return [arrival.text for one in day.carriers for arrival in one.arrivals() if arrival.to == number]


def report_rubbish(day: Day) -> None:
    """As a stranger, and as a provider whose code is a sentence with a number in it."""
    door = f"{day.portal.url}/tin-nhan/bao-cao/one/"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(door, headers={"Authorization": f"Bearer {WRONG_TOKEN}"}))
    fields = urllib.parse.urlencode({"id": "1", "status": f"so {PHONE} khong nhan"}).encode()
    urllib.request.urlopen(urllib.request.Request(door, fields, headers={"Authorization": f"Bearer {TOKEN}"}))


def break_a_row(day: Day) -> None:
    """A text that no key opens: the task breaks with an exception."""
    day.worker.process.send_signal(19)  # SIGSTOP
    day.messages(1)
    day.portal.rows("UPDATE accounts_message SET body = 'planted-broken-body' WHERE state = 'queued'")
    day.worker.process.send_signal(18)  # SIGCONT
    wait_for(lambda: day.worker.has_said("InvalidToken"))


def written_down(folder: Path) -> dict[str, str]:
    files = [*folder.glob("*.log"), *(folder / "broker").iterdir()]
    return {file.name: file.read_text(errors="replace") for file in files}


def test_nothing_secret_is_written_down_on_a_day_on_which_everything_fails(day: Day, tmp_path: Path) -> None:
    code = register(day)
    day.messages(9)
    wait_for(lambda: day.count("state = 'delivered'") == 10)
    for mood in (Mood.BREAKS, Mood.CUTS, Mood.REFUSES, Mood.SWALLOWS):
        for one in day.carriers:
            one.behave(mood)
        day.messages(6)
        wait_for(lambda: day.count("attempts = 0 OR state = 'sending'") == 0)  # each meets the mood it was meant for
    for one in day.carriers:
        one.refuse_connections()
    day.messages(3)
    wait_for(lambda: day.count("state in ('uncertain', 'failed')") >= 8)
    wait_for(lambda: day.count("failure = 'unreachable'") >= 3)
    for one in day.carriers:
        one.listen()
        one.behave(Mood.DELIVERS)
    report_rubbish(day)
    break_a_row(day)
    day.worker.kill()

    arrivals = [arrival for one in day.carriers for arrival in one.arrivals()]
    secrets = {part for arrival in arrivals for part in (arrival.text, arrival.to, arrival.to[3:])}
    secrets |= {PHONE, WRONG_TOKEN, TOKEN, "of-no-value", "planted-broken-body"}
    assert len(secrets) > 60
    logs = written_down(tmp_path)
    assert {"web.log", "worker.log", "beat.log", "events.log"} < logs.keys()
    assert "deliver_message" in logs["events.log"]
    assert "RPUSH" in "".join(logs.values()) or "LPUSH" in "".join(logs.values())
    found = {(name, secret) for name, text in logs.items() for secret in secrets if secret in text}
    assert found == set()
    assert [name for name, text in logs.items() if re.search(rf"(?<![\d.]){code}(?!\d)", text)] == []
