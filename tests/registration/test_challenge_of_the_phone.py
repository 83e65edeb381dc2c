"""Before a code is sent the page carries work for the browser; whoever does none is counted, and then waits."""

from __future__ import annotations

import time
from types import SimpleNamespace

import altcha
import pytest
from django.test import Client

from accounts import limits
from accounts.models import Message
from accounts.services import challenges
from tests.accounts.resetting import ASK, ENTER
from tests.registration.walking import CODE, PHONE, Page

pytestmark = pytest.mark.django_db

HERE = "127.0.0.1"
FORMS = [(PHONE, "phone", "0999000001", CODE), (ASK, "username", "9900000001", ENTER)]
EVERY_FORM = pytest.mark.parametrize(("path", "name", "typed", "next_page"), FORMS, ids=["phone", "reset"])


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenges, "WORK_BY_USE", ((0.0, 300),))


@pytest.fixture
def busy() -> None:
    """So many came from here without work that one has to wait."""
    for _ in range(limits.LIMITS["code.unsolved"].count // 2):
        limits.hit("code.unsolved", HERE)


def solved(answer: str) -> str:
    payload = altcha.Payload.from_base64(answer)
    solution = altcha.solve_challenge(payload.challenge, counter_start=1)
    assert solution is not None
    return altcha.Payload(payload.challenge, solution).to_base64()


@EVERY_FORM
def test_the_page_carries_work_and_says_nothing_of_it(path: str, name: str, typed: str, next_page: str) -> None:
    page = Page(Client().get(path))
    (field,) = page.controls("altcha")
    assert field["type"] == "hidden"
    assert page.status == ""
    assert "10 giây" not in page.html
    assert [script["src"] for script in page.all("script") if "challenge" in script["src"]]


@EVERY_FORM
def test_without_work_the_first_are_not_kept_waiting(path: str, name: str, typed: str, next_page: str) -> None:
    client = Client()
    answer = Page(client.get(path)).value("altcha")
    assert client.post(path, {name: typed, "altcha": answer}).url == next_page
    assert Client().post(path, {name: typed}).url == next_page


@pytest.mark.usefixtures("busy")
@EVERY_FORM
def test_at_a_busy_address_whoever_has_done_the_work_goes_on_at_once(
    path: str, name: str, typed: str, next_page: str
) -> None:
    client = Client()
    answer = solved(Page(client.get(path)).value("altcha"))
    assert client.post(path, {name: typed, "altcha": answer}).url == next_page


@pytest.mark.usefixtures("busy")
@EVERY_FORM
def test_at_a_busy_address_a_press_too_early_is_refused_with_everything_kept(
    path: str, name: str, typed: str, next_page: str
) -> None:
    client = Client()
    page = Page(client.get(path))
    assert "chờ đủ 10 giây" in page.html
    refused = Page(client.post(path, {name: typed, "altcha": page.value("altcha")}))
    assert "chờ 10 giây" in refused.alert
    assert refused.value(name) == typed
    assert refused.value("altcha") not in ("", page.value("altcha"))
    assert not Message.objects.exists()
    assert client.get(next_page).url == path


@pytest.mark.usefixtures("busy")
@EVERY_FORM
def test_at_a_busy_address_whoever_waits_ten_seconds_goes_on(
    monkeypatch: pytest.MonkeyPatch, path: str, name: str, typed: str, next_page: str
) -> None:
    client = Client()
    with monkeypatch.context() as then:
        then.setattr(challenges, "time", SimpleNamespace(time=lambda: time.time() - challenges.WAIT))
        answer = Page(client.get(path)).value("altcha")
    assert client.post(path, {name: typed, "altcha": answer}).url == next_page


@pytest.mark.usefixtures("busy")
def test_a_name_with_an_account_and_one_without_are_kept_waiting_alike() -> None:
    answers = [Page(Client().post(ASK, {"username": name})).alert for name in ("9900000001", "9900009999")]
    assert answers[0] == answers[1] != ""


@EVERY_FORM
def test_a_slip_in_what_is_typed_uses_nothing_up(path: str, name: str, typed: str, next_page: str) -> None:
    client = Client()
    answer = solved(Page(client.get(path)).value("altcha"))
    client.post(path, {name: "", "altcha": answer})
    for _ in range(limits.LIMITS["code.unsolved"].count // 2):
        limits.hit("code.unsolved", HERE)
    assert client.post(path, {name: typed, "altcha": answer}).url == next_page
