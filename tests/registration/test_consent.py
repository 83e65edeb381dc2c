"""What is agreed to: said in plain words, with the numbers the timers go by, and kept so that it can be read again."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client

from registration import consent
from registration.models import Declaration
from registration.services import intake
from registration.workflow import State
from tests.registration.walking import AGREED, CHECK, DONE, Page, fill

pytestmark = pytest.mark.django_db


def shown(client: Client) -> list[str]:
    """The list right above the boxes, and the boxes' own words, from top to bottom."""
    page = Page(client.get(CHECK))
    (form,) = page.all("form", action=CHECK)
    facts = [item.text for item in page.all("li") if form in item.inside]
    boxes = [page.controls(name)[0]["id"] for name in AGREED]
    return [*facts, *(label.text for box in boxes for label in page.all("label", for_=box))]


def test_the_stored_digest_is_of_exactly_what_the_page_showed(client: Client) -> None:
    draft = fill(client)
    words = shown(client)
    assert len(words) == 5
    assert client.post(CHECK, AGREED).url == DONE
    draft.refresh_from_db()
    assert draft.consent_digest == hashlib.sha256("\n".join([draft.consent_version, *words]).encode()).hexdigest()


def test_the_page_says_the_number_of_days_the_timer_goes_by(client: Client, settings: Any) -> None:
    settings.PAPER_PHOTOS_KEPT_DAYS = 41
    draft = fill(client)
    assert "xóa sau 41 ngày" in " ".join(shown(client))
    client.post(CHECK, AGREED)
    draft.refresh_from_db()
    assert draft.consent_version == "2026-12/41"


def test_what_was_agreed_to_can_be_read_again_when_the_setting_is_another(client: Client, settings: Any) -> None:
    draft = fill(client)
    words = shown(client)
    client.post(CHECK, AGREED)
    settings.PAPER_PHOTOS_KEPT_DAYS = 7
    draft.refresh_from_db()
    kept = consent.of_version(draft.consent_version)
    assert kept.digest == draft.consent_digest
    assert [*kept.facts, kept.consent, kept.commitment] == words
    assert consent.current().digest != draft.consent_digest


def test_the_first_version_still_has_the_digest_that_its_declarations_keep() -> None:
    first = consent.of_version("2026-11")
    assert first.digest == "00a29740df29e18fbd14cc46de1164d89ad51ea0a49d192f2ceb2b4b8a54aa5a"
    assert first.facts == ()


def test_who_reads_english_agrees_to_english_words_and_they_can_be_read_again(client: Client, settings: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    draft = fill(client)
    words = shown(client)
    assert words[3].startswith("I have read the points above and agree")
    assert client.post(CHECK, AGREED).url == DONE
    draft.refresh_from_db()
    assert draft.consent_version == f"2026-12-en/{settings.PAPER_PHOTOS_KEPT_DAYS}"
    kept = consent.of_version(draft.consent_version)
    assert [*kept.facts, kept.consent, kept.commitment] == words
    assert kept.digest == draft.consent_digest


def test_nobody_agrees_in_one_language_to_what_was_shown_in_another(client: Client, settings: Any) -> None:
    draft = fill(client)
    held = Page(client.get(CHECK)).value("words")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.post(CHECK, {**AGREED, "words": held}).url == CHECK
    draft.refresh_from_db()
    assert (draft.state, draft.consented_at) == (State.DRAFT, None)


def test_a_version_that_never_was_has_no_words() -> None:
    with pytest.raises(KeyError):
        consent.of_version("1999-01/90")


def test_nobody_agrees_to_words_that_changed_after_the_page_was_opened(client: Client, settings: Any) -> None:
    draft = fill(client)
    held = Page(client.get(CHECK)).value("words")
    settings.PAPER_PHOTOS_KEPT_DAYS = 400
    assert client.post(CHECK, {**AGREED, "words": held}).url == CHECK
    draft.refresh_from_db()
    assert (draft.state, draft.consented_at) == (State.DRAFT, None)
    page = Page(client.get(CHECK))
    assert "vừa được cập nhật" in page.status
    assert (page.value("consent"), page.value("commitment")) == ("", "")
    assert client.post(CHECK, {**AGREED, "words": page.value("words")}).url == DONE
    assert Declaration.objects.get().consent_version == "2026-12/400"


def test_nobody_commits_to_answers_that_changed_after_the_page_was_opened(client: Client) -> None:
    draft = fill(client)
    held = Page(client.get(CHECK)).value("shown")
    intake.save_answers(draft.pk, full_name="Trần Thị Khác")
    assert client.post(CHECK, {**AGREED, "shown": held}).url == CHECK
    draft.refresh_from_db()
    assert (draft.state, draft.file_number, draft.consented_at) == (State.DRAFT, None, None)
    page = Page(client.get(CHECK))
    assert "vừa được sửa" in page.status
    assert client.post(CHECK, {**AGREED, "shown": page.value("shown")}).url == DONE
    assert client.post(CHECK, {**AGREED, "shown": held}).url == DONE  # a late second press harms nobody
    assert Declaration.objects.get().full_name == "Trần Thị Khác"
