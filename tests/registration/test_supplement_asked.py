"""An officer asks for a supplement: what is kept, what the citizen is told, and where the file stands meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import Event, Message, User
from registration.models import Declaration, SupplementRequest
from registration.services import review, supplement, withdrawal
from registration.services.status import WrongState
from registration.workflow import ITEM_FIELDS, OPEN_STATES, READY_WORDS, RefusalReason, State, SupplementItem
from tests import factories
from tests.accounts.conftest import text_of
from tests.registration.at_the_desk import QUEUE, REASON, page_of, seat
from tests.registration.walking import Page, newest_text

pytestmark = pytest.mark.django_db
WORDS = "Chụp lại ảnh chân dung: rõ mặt, nhìn thẳng."


def ask(client: Client, declaration: Declaration, *items: str, words: str = WORDS) -> Page:
    sent = {"items": items or ["portrait"], "ask_words": words, "seen": "0"}
    return Page(client.post(page_of(declaration, "ask/"), sent, follow=True))


def numbers(page: Page) -> list[str]:
    return [e.text for e in page.all("th") if "field-file_number" in (e.get("class") or "")]


def test_a_file_that_is_asked_of_waits_for_its_citizen_and_keeps_its_place(desk: Client, filed: Declaration) -> None:
    newer = factories.filed(bhxh_code="9900000003")
    page = ask(desk, filed, "id_number", "portrait")
    assert "Đã yêu cầu bổ sung" in page.html
    assert numbers(page) == [newer.file_number]
    assert numbers(Page(desk.get(f"{QUEUE}?tinh-trang=supplement"))) == [filed.file_number]
    asked = Declaration.objects.get(pk=filed.pk)
    assert (asked.state, asked.file_number, asked.filed_at) == (State.SUPPLEMENT, filed.file_number, filed.filed_at)
    assert asked.received_at is not None
    kept = asked.supplements.get()
    assert (kept.items, kept.words, kept.asked_by.username) == (["portrait", "id_number"], WORDS, "canbo")
    assert Event.objects.filter(action="declaration.ask", object_id=str(filed.pk)).count() == 1


def test_the_time_ends_with_a_day_and_follows_the_setting(desk: Client, filed: Declaration, settings) -> None:
    settings.SUPPLEMENT_DAYS = 6
    due = timezone.localdate() + timedelta(days=6)
    assert f"tới hết ngày {due:%d/%m/%Y}" in Page(desk.get(page_of(filed))).html
    ask(desk, filed)
    kept = timezone.localtime(SupplementRequest.objects.get().due_at)
    assert (kept.date(), f"{kept:%H:%M:%S}") == (due, "23:59:59")
    assert f"{due:%d/%m/%Y}" in newest_text("+84999000001")


def test_the_message_says_that_and_until_when_and_nothing_of_what(desk: Client, filed: Declaration) -> None:
    ask(desk, filed, words="Số giấy tờ của bà Nguyễn Thị Kín bị mờ")
    text = newest_text("+84999000001")
    assert filed.file_number in text
    assert "bo sung" in text
    assert not [word for word in ("Kín", "Kin", "mờ", "portrait", "chan dung") if word in text]
    assert Message.objects.filter(purpose="supplement_asked").count() == 1


def test_without_words_the_ready_ones_are_shown_to_be_read_first(desk: Client, filed: Declaration) -> None:
    page = ask(desk, filed, "id_back", "sex", words=" \r\n ")
    assert "Xem lại, sửa nếu cần" in page.refusal("ask_words")
    ready = page.value("ask_words")
    assert ready == f"{READY_WORDS['id_back']} {READY_WORDS['sex']}"
    assert [box["value"] for box in page.controls("items") if "checked" in box.attributes] == ["id_back", "sex"]
    assert Declaration.objects.get(pk=filed.pk).state == State.FILED
    ask(desk, filed, "id_back", "sex", words=ready)
    assert SupplementRequest.objects.get().words == ready


@pytest.mark.parametrize(("reads", "works"), [("en", "vi"), ("vi", "en")])
def test_ready_words_are_in_the_language_of_who_reads_them(desk: Client, reads: str, works: str) -> None:
    filed = factories.filed(language=reads)
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = works
    with translation.override(reads):
        sentence = str(READY_WORDS["portrait"])
    page = Page(desk.get(page_of(filed)))
    assert [box["data-ready-words"] for box in page.controls("items") if box["value"] == "portrait"] == [sentence]
    assert ask(desk, filed, "portrait", words="").value("ask_words") == sentence


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_ready_words_together_fit_into_a_request(language: str) -> None:
    assert READY_WORDS.keys() == ITEM_FIELDS.keys() == set(SupplementItem)
    with translation.override(language):
        assert len("\r\n".join(map(str, READY_WORDS.values()))) <= 500


@pytest.mark.parametrize("items", [[], ["phone"], ["office"], ["portrait", "consent"]])
def test_what_may_not_be_asked_for_is_refused(desk: Client, filed: Declaration, items: list[str]) -> None:
    page = Page(desk.post(page_of(filed, "ask/"), {"items": items, "ask_words": "Sửa lại"}))
    assert page.refusal("items")
    assert page.value("ask_words") == "Sửa lại"
    assert Declaration.objects.get(pk=filed.pk).state == State.FILED


def test_asked_twice_there_is_one_request_and_a_sentence_for_the_second(desk: Client, filed: Declaration) -> None:
    ask(desk, filed)
    again = ask(seat(factories.officer("canbo2")), filed, "sex", words="Khác")
    assert "đang ở trạng thái «Yêu cầu bổ sung»" in again.html
    assert SupplementRequest.objects.get().words == WORDS
    assert Message.objects.filter(purpose="supplement_asked").count() == 1


def test_a_file_that_waits_for_its_citizen_can_be_refused_but_not_accepted(desk: Client, filed: Declaration) -> None:
    ask(desk, filed)
    page = Page(desk.get(page_of(filed)))
    actions = {
        form["action"].rstrip("/").rpartition("/")[2] for form in page.all("form") if "action" in form.attributes
    }
    assert "refuse" in actions
    assert not actions & {"accept", "ask", "receive"}
    assert WORDS in page.html
    assert "«Yêu cầu bổ sung»" in Page(desk.post(page_of(filed, "accept/"), {"seen": "0"}, follow=True)).html
    assert not User.objects.filter(bhxh_code=filed.bhxh_code).exists()
    desk.post(page_of(filed, "refuse/"), {**REASON, "seen": "0"})
    assert Declaration.objects.get(pk=filed.pk).state == State.REFUSED


def test_a_file_that_waits_for_its_citizen_is_not_counted_as_waiting_for_an_officer(
    desk: Client, filed: Declaration
) -> None:
    ask(desk, filed)
    counted = [s["data-waiting"] for s in Page(desk.get("/admin/")).all("section") if "data-waiting" in s.attributes]
    assert counted == ["0"]


def test_an_answered_file_is_back_in_its_old_place_marked_with_what_was_mended(
    desk: Client, filed: Declaration
) -> None:
    newer = factories.filed(bhxh_code="9900000003")
    ask(desk, filed, "full_name")
    supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mẫu"})
    queue = Page(desk.get(QUEUE))
    assert numbers(queue) == [filed.file_number, newer.file_number]
    states = [e.text for e in queue.all("td") if "field-progress" in (e.get("class") or "")]
    assert states == ["Đã tiếp nhận · đã bổ sung", "Chờ tiếp nhận"]
    page = Page(desk.get(page_of(filed)))
    mended = [row.text for row in page.all("tr") if "đã bổ sung" in row.text]
    assert len(mended) == 1
    assert "Nguyễn Văn Mẫu" in mended[0]
    assert page.value("seen") == str(SupplementRequest.objects.get().pk)


@pytest.mark.parametrize("step", ["accept/", "refuse/", "ask/"])
def test_nothing_is_decided_on_what_was_mended_while_the_page_was_open(
    desk: Client, filed: Declaration, step: str
) -> None:
    supplement.ask(filed.pk, officer=factories.officer("canbo2"), items=["full_name"], words=WORDS)
    supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mẫu"})
    page = Page(desk.post(page_of(filed, step), {**REASON, "seen": "0"}, follow=True))
    assert "vừa gửi bổ sung trong lúc bạn xem" in page.html
    assert Declaration.objects.get(pk=filed.pk).state == State.RECEIVED
    desk.post(page_of(filed, step), {**REASON, "seen": page.value("seen")})
    assert Declaration.objects.get(pk=filed.pk).state not in OPEN_STATES


def test_the_lost_message_of_a_request_is_written_anew_until_it_is_answered(desk: Client, filed: Declaration) -> None:
    ask(desk, filed, "sex")
    lost = Message.objects.get(purpose="supplement_asked")
    Message.objects.filter(pk=lost.pk).update(state="failed", failure="report_2", final_at=timezone.now(), body=b"")
    desk.post(page_of(filed, f"message/{lost.pk}/resend/"))
    new = Message.objects.latest("pk")
    assert (new.purpose, filed.file_number in text_of(new)) == ("supplement_asked", True)
    Message.objects.filter(pk=new.pk).update(state="failed", failure="report_2", final_at=timezone.now(), body=b"")
    supplement.answer(filed.pk, fields={"sex": "male"})
    page = Page(desk.post(page_of(filed, f"message/{new.pk}/resend/"), follow=True))
    assert "không gửi lại được" in page.html
    assert Message.objects.latest("pk") == new


def lose(purpose: str) -> Message:
    lost = Message.objects.get(purpose=purpose)
    Message.objects.filter(pk=lost.pk).update(state="failed", failure="report_2", final_at=timezone.now(), body=b"")
    return lost


def test_a_lost_reminder_and_a_lost_word_of_withdrawal_are_written_anew_too(desk: Client, filed: Declaration) -> None:
    ask(desk, filed)
    SupplementRequest.objects.update(due_at=timezone.now() + timedelta(days=2), asked_at=timezone.now() - timedelta(7))
    assert supplement.remind() == 1
    reminder = lose("supplement_due")
    desk.post(page_of(filed, f"message/{reminder.pk}/resend/"))
    assert "chua duoc bo sung" in text_of(Message.objects.latest("pk"))
    withdrawal.withdraw(filed.pk)
    desk.post(page_of(filed, f"message/{lose('file_withdrawn').pk}/resend/"))
    assert "da duoc rut" in text_of(Message.objects.latest("pk"))


def test_a_second_request_of_one_file_is_told_of_too(filed: Declaration) -> None:
    officer = factories.officer()
    for _turn in range(2):
        supplement.ask(filed.pk, officer=officer, items=["sex"], words=WORDS)
        supplement.answer(filed.pk, fields={"sex": "male"})
    assert Message.objects.filter(purpose="supplement_asked").count() == 2


def test_who_may_not_review_a_file_may_not_ask_either(filed: Declaration) -> None:
    elsewhere = factories.officer("khac", office=factories.office("00102", "Hoàn Kiếm"))
    with pytest.raises(review.NotYours):
        supplement.ask(filed.pk, officer=elsewhere, items=["sex"], words=WORDS)
    review.refuse(filed.pk, officer=factories.officer(), reason=RefusalReason.OTHER, words="x")
    with pytest.raises(review.AlreadyDecided):
        supplement.ask(filed.pk, officer=factories.officer("canbo2"), items=["sex"], words=WORDS)
    with pytest.raises(WrongState):
        supplement.ask(filed.pk, officer=User.objects.get(username="canbo"), items=["sex"], words=WORDS)
    assert not SupplementRequest.objects.exists()


def test_the_queue_asks_no_more_for_mended_files(desk: Client, filed: Declaration) -> None:
    desk.get(QUEUE)
    with CaptureQueriesContext(connection) as before:
        desk.get(QUEUE)
    for turn in range(3, 6):
        other = factories.filed(bhxh_code=f"990000000{turn}")
        supplement.ask(other.pk, officer=factories.officer(f"o{turn}"), items=["sex"], words=WORDS)
        supplement.answer(other.pk, fields={"sex": "male"})
    with CaptureQueriesContext(connection) as after:
        assert len(numbers(Page(desk.get(QUEUE)))) == 4
    assert len(after) == len(before)
