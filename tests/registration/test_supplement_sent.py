"""What goes with «Gửi bổ sung»: what its page has shown, of its own request, and nothing that came since."""

from __future__ import annotations

from threading import BoundedSemaphore

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from registration.models import Declaration, Replacement
from registration.services import handovers, photos
from registration.views import photo_slots
from registration.workflow import State
from tests import factories
from tests.registration.following import CLOSED, FILE, MEND, idle, opened
from tests.registration.keeping import files
from tests.registration.mending import (
    FRONT,
    PORTRAIT,
    client,
    filed,
    kept,
    put,
    sent,
    shown_on,
)
from tests.registration.walking import Page, upload

__all__ = ["client", "filed"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_supplement_without_new_pictures_waits_for_no_place(
    filed: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in (PORTRAIT, FRONT):
        put(filed, kind)
    monkeypatch.setattr(photo_slots, "_upload_places", BoundedSemaphore(1))
    photo_slots._upload_places.acquire()
    assert "nhiều ảnh" in sent(client).html
    assert client.post(MEND, {"full_name": "Nguyễn Văn Mậu"}).url == FILE
    assert Declaration.objects.get(pk=filed.pk).state == State.RECEIVED


def test_what_an_older_version_left_of_an_earlier_request_is_no_part_of_the_next(filed: Declaration) -> None:
    factories.asked(filed, "portrait")
    old = put(filed)
    Declaration.objects.filter(pk=filed.pk).update(state=State.RECEIVED)
    filed.supplements.update(answered_at=timezone.now())
    factories.asked(Declaration.objects.get(pk=filed.pk), "portrait")
    assert kept(filed) == set()
    assert not files() & set(old.file_names)


@pytest.mark.parametrize("before", [True, False], ids=["one was shown", "none was shown"])
def test_a_picture_nobody_saw_on_this_page_is_not_sent_by_it(filed: Declaration, client: Client, before: bool) -> None:
    """Another phone has put one in since: the page says so, shows it, and sends at the next press."""
    put(filed, FRONT)
    if before:
        put(filed)
    answer = {"full_name": "Nguyễn Văn Mậu", "seen": shown_on(client)}
    photos.save_photo(filed.pk, kind=PORTRAIT, file=ContentFile(factories.jpeg(colour="#00aa00")))
    page = Page(client.post(MEND, answer))
    assert "có ảnh vừa được thay" in page.alert
    assert page.value("full_name") == "Nguyễn Văn Mậu"
    assert Declaration.objects.get(pk=filed.pk).state == State.SUPPLEMENT
    assert client.post(MEND, {**answer, "seen": [e["value"] for e in page.controls("seen")]}).url == FILE


def test_what_comes_along_with_the_answer_is_its_senders_own(filed: Declaration, client: Client) -> None:
    answer = {"full_name": "Nguyễn Văn Mậu", "seen": shown_on(client), "portrait": upload(), "id_front": upload()}
    assert client.post(MEND, answer).url == FILE


def test_a_slot_that_the_script_has_filled_says_what_it_shows_now(filed: Declaration, client: Client) -> None:
    (seen,) = sent(client).controls("seen")
    assert seen["value"] == f"portrait {filed.replacements.get().version}"


def test_a_page_of_one_request_answers_no_other(filed: Declaration) -> None:
    """Two tabs, two files of a family: the right has gone over to the second, whose request asks for the same."""
    first = factories.asked(filed, "portrait", "full_name")
    theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002")
    factories.asked(theirs, "portrait", "full_name")
    client = opened(theirs)
    for pressed in ({"slot": "portrait"}, {}):
        sent = {**pressed, "request": first.pk, "portrait": upload(), "full_name": "Kẻ Khác"}
        page = Page(client.post(MEND, sent, follow=True))
        assert "yêu cầu bổ sung khác" in page.status
    assert not Replacement.objects.exists()
    assert set(Declaration.objects.values_list("state", "full_name")) == {(State.SUPPLEMENT, "Nguyễn Văn Mẫu")}
    shown = Page(client.get(MEND)).value("request")
    assert client.post(MEND, {"request": shown, "portrait": upload(), "full_name": "Nguyễn Văn Mậu"}).url == FILE
    assert Declaration.objects.get(pk=theirs.pk).state == State.RECEIVED


def test_closing_the_file_here_ends_what_another_phone_may_send(filed: Declaration, client: Client) -> None:
    handovers.use(handovers.start(filed.pk))
    client.post(FILE, {"close": "1"})
    assert not filed.handovers.exists()


def test_a_screen_left_alone_keeps_no_file_open_by_asking_what_has_arrived(filed: Declaration) -> None:
    factories.asked(filed, "portrait")
    browser = opened(filed)
    idle(browser, 20)
    assert browser.get(f"{MEND}dien-thoai/?phan").status_code == 200
    idle(browser, 11)
    assert browser.get(MEND).url == CLOSED
