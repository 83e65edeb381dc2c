"""What is sent after half an hour alone, or with the session gone, is saved once the phone is proved again."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from registration.services import intake
from registration.views import drafts, rights
from registration.workflow import State
from tests.registration.resuming import NAME, OTHER, UNPROVED, prove
from tests.registration.walking import (
    ADDRESS,
    AGREED,
    ANSWERS,
    CHECK,
    DONE,
    IDENTITY,
    PHOTOS,
    Page,
    fill,
    open_draft,
    places,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pages of the declaration believe that so much time has passed."""

    def pass_by(delay: timedelta) -> None:
        ahead = SimpleNamespace(time=lambda: time.time() + delay.total_seconds())
        monkeypatch.setattr(rights, "time", ahead)

    return pass_by


def test_what_was_filed_elsewhere_is_not_told_to_a_browser_left_alone(client: Client, later: Any) -> None:
    draft = fill(client)
    intake.file_declaration(draft.pk)
    assert client.get(DONE).status_code == 200
    later(timedelta(minutes=31))
    assert client.get(DONE).url == "/dang-ky/"


def test_half_an_hour_alone_closes_the_draft_and_the_phone_opens_it_again(client: Client, later: Any) -> None:
    open_draft(client)
    client.post(IDENTITY, ANSWERS)
    later(timedelta(minutes=29))
    assert client.get(PHOTOS).status_code == 200  # and counts as use
    later(timedelta(minutes=58))
    assert client.get(PHOTOS).status_code == 200
    later(timedelta(minutes=89))
    assert client.get(PHOTOS).url == UNPROVED
    assert client.get(f"{PHOTOS}portrait/").status_code == 404
    assert NAME not in client.get(UNPROVED).content.decode()
    assert prove(client) == PHOTOS


@pytest.mark.parametrize("loss", ["idle", "session gone"])
@pytest.mark.parametrize("path", [IDENTITY, ADDRESS])
def test_what_was_sent_too_late_is_saved_once_the_phone_is_proved_again(
    client: Client, later: Any, loss: str, path: str
) -> None:
    draft = fill(client)
    typed = {IDENTITY: {**ANSWERS, "full_name": "Gõ Sau"}, ADDRESS: places(address="Gõ sau")}[path]
    if loss == "idle":
        later(timedelta(minutes=31))
    else:
        client.session.flush()
    assert client.post(path, {**typed, "draft": draft.pk}).url == UNPROVED
    draft.refresh_from_db()
    assert "sau" not in f"{draft.full_name} {draft.address}".lower()
    assert prove(client) == path
    assert client.get(path).url == CHECK
    assert "lúc chưa xác nhận số điện thoại" in Page(client.get(CHECK)).status  # it may have been somebody else
    draft.refresh_from_db()
    assert "gõ sau" in f"{draft.full_name} {draft.address}".lower()
    assert client.get(path).status_code == 200  # once


def test_what_was_sent_too_late_with_a_slip_is_shown_with_its_sentence(client: Client, later: Any) -> None:
    draft = open_draft(client)
    later(timedelta(minutes=31))
    client.post(IDENTITY, {**ANSWERS, "bhxh_code": "99", "draft": draft.pk})
    page = Page(client.get(prove(client)))
    assert page.value("full_name") == NAME
    assert page.is_refused("bhxh_code")


def test_what_one_person_sent_too_late_is_not_kept_for_another_phone(client: Client, later: Any) -> None:
    draft = open_draft(client)
    later(timedelta(minutes=31))
    client.post(IDENTITY, {**ANSWERS, "draft": draft.pk})
    assert prove(client, OTHER) == IDENTITY
    assert NAME not in client.get(IDENTITY).content.decode()
    prove(client)
    draft.refresh_from_db()
    assert draft.full_name == ""


def test_ghi_nhan_sent_too_late_files_nothing_until_it_is_pressed_again(client: Client, later: Any) -> None:
    draft = fill(client)
    later(timedelta(minutes=31))
    assert client.post(CHECK, {**AGREED, "draft": draft.pk}).url == UNPROVED
    assert prove(client) == CHECK
    assert client.get(CHECK).status_code == 200
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_page_too_long_to_be_ours_is_not_kept(client: Client) -> None:
    client.post(IDENTITY, {**ANSWERS, "full_name": "A" * drafts.LONGEST_TYPED, "draft": "1"})
    assert drafts.TYPED not in client.session
