"""The page after Ghi nhận: the number, what comes next, the sheet, and how far the message has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Message
from registration.models import Declaration
from tests.registration.following import idle
from tests.registration.walking import AGREED, CHECK, DONE, Page, fill

pytestmark = pytest.mark.django_db

SHEET, MESSAGE = "/ho-so/to-khai.pdf", f"{DONE}tin-nhan/"


@pytest.fixture
def filed(client: Client) -> Declaration:
    draft = fill(client)
    client.post(CHECK, AGREED)
    return Declaration.objects.get(pk=draft.pk)


def test_the_number_is_grouped_to_the_eye_and_whole_to_whoever_copies_it(client: Client, filed: Declaration) -> None:
    (number,) = Page(client.get(DONE)).all("data")
    assert (number["value"], number.text) == (filed.file_number, filed.file_number)
    assert [e.text for e in Page(client.get(DONE)).all("span", class_="reference__slash")] == ["/", "/"]


def test_it_says_where_the_file_went_and_what_comes_next(client: Client, filed: Declaration) -> None:
    page = Page(client.get(DONE))
    assert str(filed.office) in page.html
    steps = [step.text for step in page.all("li") if any(e.tag == "ol" for e in step.inside)]
    assert len(steps) == 4
    assert "72 giờ" in steps[-1]


def test_the_sheet_is_the_one_clear_action_and_the_status_the_other(client: Client, filed: Declaration) -> None:
    page = Page(client.get(DONE))
    (primary,) = [e for e in page.elements if e.get("data-primary") is not None]
    assert (primary["href"], primary.text) == (SHEET, "Tải tờ khai (PDF)")
    assert client.get(primary["href"])["Content-Type"] == "application/pdf"
    assert [e["href"] for e in page.all("a", class_="button button--secondary")] == ["/ho-so/"]


def test_left_alone_the_page_still_has_the_number_and_leads_to_the_status(client: Client, filed: Declaration) -> None:
    idle(client, 31)
    page = Page(client.get(DONE))
    assert filed.file_number in page.html
    assert SHEET not in page.html
    (primary,) = [e for e in page.elements if e.get("data-primary") is not None]
    assert primary["href"] == "/ho-so/"


def test_nothing_of_the_person_stands_on_it(client: Client, filed: Declaration) -> None:
    html = Page(client.get(DONE)).html
    for personal in ("Nguyễn", "9900000001", "001085999001", "999000001", "15/08/1985", "Số 12"):
        assert personal not in html


@pytest.mark.parametrize(
    ("state", "word", "meaning"),
    [
        ("queued", "đang gửi", "vài giây"),
        ("sent", "đã gửi", "Nhà mạng đã nhận"),
        ("delivered", "đã nhận", "đã tới máy"),
        ("uncertain", "không rõ tin đã tới chưa", "Hồ sơ vẫn được ghi nhận"),
        ("failed", "không gửi được", "Hồ sơ vẫn được ghi nhận"),
        ("expired", "chưa gửi được", "Hồ sơ vẫn được ghi nhận"),
    ],
)
def test_the_message_is_followed_on_the_page_and_in_the_piece_it_asks_for(
    client: Client, filed: Declaration, state: str, word: str, meaning: str
) -> None:
    Message.objects.filter(purpose="declaration_filed").update(state=state)
    for answer in (Page(client.get(DONE)), Page(client.get(MESSAGE))):
        (told,) = [e for e in answer.elements if e.get("data-way")]
        assert f"Tin nhắn có mã hồ sơ: {word}" in told.text
        assert meaning in told.text
        assert "gửi lại" not in told.text.lower()  # it is no code
    (place,) = [e for e in Page(client.get(DONE)).elements if e.get("data-code-state")]
    assert place["data-code-state"] == MESSAGE


def test_a_message_that_waits_longer_than_usual_says_so(client: Client, filed: Declaration) -> None:
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert "chậm hơn thường lệ" in Page(client.get(MESSAGE)).html


def test_without_its_message_the_page_stands_and_the_piece_is_empty(client: Client, filed: Declaration) -> None:
    Message.objects.filter(purpose="declaration_filed").delete()
    page = Page(client.get(DONE))
    assert filed.file_number in page.html
    assert not [e for e in page.elements if e.get("data-way")]
    assert client.get(MESSAGE).status_code == 204


def test_another_browser_learns_nothing_of_the_message(filed: Declaration) -> None:
    answer = Client().get(MESSAGE)
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_page_is_kept_by_no_cache(client: Client, filed: Declaration) -> None:
    for path in (DONE, MESSAGE):
        assert "no-store" in client.get(path)["Cache-Control"]
