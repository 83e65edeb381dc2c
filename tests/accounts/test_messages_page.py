"""/tin-nhan/: is this message ours, why does it not come, and how fast they leave."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message, MessageMinute
from accounts.sms import texts
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

PATH = "/tin-nhan/"
NOON = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # in Vietnam
SECRET = "Kx47mnPqrT"


def paste(client: Client, text: str) -> Any:
    return client.post(PATH, {"text": text})


def said(response: Any) -> str:
    """What stands in the answer's notice."""
    return " ".join(e.text for e in Page(response).elements if e.get("role") == "status")


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def test_it_is_open_to_all_and_never_kept(client: Client) -> None:
    response = client.get(PATH)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert Page(response).all("h1")[0].text == "Tin nhắn của chúng tôi"


def test_it_is_linked_from_every_footer_and_from_the_home_page(client: Client) -> None:
    home = Page(client.get("/"))
    links = [
        (a.text, a["href"])
        for a in home.all("a")
        if a.get(
            "href",
        )
        == PATH
    ]
    assert ("Kiểm tra một tin nhắn", PATH) in links
    assert ("Tin nhắn của chúng tôi", PATH) in links
    assert PATH in {a["href"] for a in Page(client.get("/dang-nhap/")).all("a")}


def test_what_true_messages_look_like_is_shown_with_real_ones(client: Client) -> None:
    samples = [e.text for e in Page(client.get(PATH)).all("p", class_="sms")]
    assert len(samples) == 3
    for sample, start in zip(samples, ("BHXH: 482913 la ma", "BHXH: tai khoan", "BHXH: da ghi nhan"), strict=True):
        assert start in sample
    assert len(Page(client.get("/")).all("p", class_="sms")) == 1


def test_the_steps_for_a_message_that_does_not_come_have_an_address_of_their_own(client: Client) -> None:
    page = Page(client.get(PATH))
    (section,) = page.all("section", id="chua-nhan-duoc")
    for step in (
        "số điện thoại",
        "sóng",
        "tin rác",
        "Bộ nhớ",
        "Chờ 1 phút",
        "vẫn mang mã cũ",
        "mã dự phòng",
        "cơ quan",
    ):
        assert step in section.text


# --- Is it ours? ----------------------------------------------------------------------------------------
OURS = {
    "Tin này giống tin có mã": texts.one_time_code(purpose="status", code="012345", language="vi"),
    "Tin này giống tin cấp tài khoản": texts.credentials(bhxh_code="9900000001", password=SECRET, language="en"),
    "Tin này giống tin báo": texts.declaration_refused(file_number="00001/2026/00101", reason="other", language="vi"),
}


@pytest.mark.parametrize("answer", OURS)
def test_one_of_ours_is_called_like_ours_and_never_certain(client: Client, answer: str) -> None:
    response = paste(client, OURS[answer])
    assert answer in said(response)
    assert "Ai cũng soạn được một tin giống như vậy" in said(response)
    assert "kể cả cán bộ BHXH" in said(response)
    assert "không phải của chúng tôi" not in said(response)


def test_a_code_nobody_asked_for_is_said_to_be_a_stranger_at_the_door(client: Client) -> None:
    answer = said(paste(client, OURS["Tin này giống tin có mã"]))
    assert "Nếu bạn vừa bấm gửi mã" in answer
    assert "đang thử vào tài khoản của bạn" in answer
    assert "không đưa mã cho ai" in answer


def test_a_false_one_is_called_so_with_each_of_its_signs_and_what_to_do(client: Client) -> None:
    answer = said(paste(client, "Thẻ bị khóa, gọi ngay 0912 345 678 hoặc vào vssid.example/x đọc mã OTP"))
    assert "Tin này không phải của chúng tôi" in answer
    for sign in ("Có đường dẫn", "Bảo gọi", "Hỏi mã xác nhận", "Viết có dấu"):
        assert sign in answer
    assert "chuyển tiền" not in answer
    for deed in ("Không bấm", "không trả lời", "Báo cho cơ quan BHXH"):
        assert deed in answer


def test_one_that_is_merely_not_ours_is_told_so(client: Client) -> None:
    answer = said(paste(client, "Hom nay troi dep"))
    assert "không giống tin nào của chúng tôi" in answer
    assert "dấu hiệu giả mạo" not in answer


def test_what_was_typed_is_kept_in_the_box_and_harmless(client: Client) -> None:
    text = '<script>alert(1)</script> & "x"\nhai dòng'
    response = paste(client, text)
    assert Page(response).value("text") == " ".join(text.split())
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Dán nội dung tin nhắn"), (" \n ", "Dán nội dung tin nhắn"), ("a" * 1001, "1.000 ký tự"), ("a\0b", "")],
)
def test_what_cannot_be_judged_is_refused_beside_the_box(client: Client, text: str, sentence: str) -> None:
    page = Page(paste(client, text))
    assert sentence in page.alert
    assert page.controls("text")[0]["aria-invalid"] == "true"
    assert not re.search(r"[Nn]ull|allowed|required", page.alert)


def test_a_thousand_characters_on_many_lines_are_judged(client: Client) -> None:
    assert "không giống tin nào" in said(paste(client, "a\r\n" * 500))


def test_nothing_of_a_pasted_message_is_kept_anywhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = (Message.objects.count(), Event.objects.count())
    with caplog.at_level(logging.DEBUG):
        response = paste(client, OURS["Tin này giống tin cấp tài khoản"])
    assert response.status_code == 200  # no redirect that could carry it
    assert SECRET not in caplog.text
    assert SECRET not in str(dict(client.session))
    assert SECRET not in str(response.headers)
    assert (Message.objects.count(), Event.objects.count()) == before


def test_the_form_sends_to_the_page_itself_by_post(client: Client) -> None:
    page = Page(client.get(f"{PATH}?text={SECRET}"))
    (form,) = page.all("form", method="post", action=PATH)
    assert "data-main" in form.attributes
    assert page.value("text") == ""


# --- How fast -------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("at_noon")
def test_the_shares_are_told_with_one_decimal_and_how_many_messages(client: Client) -> None:
    MessageMinute.objects.create(minute=NOON - timedelta(minutes=3), made=1234, in_time=1228)
    MessageMinute.objects.create(minute=NOON - timedelta(days=2), made=1000, in_time=900)
    (section,) = Page(client.get(PATH)).all("section", id="gui-nhanh")
    assert "Hôm nay, 1.234 tin" in section.text
    assert re.search(r"99,5\s%", section.text)
    assert "7 ngày qua, 2.234 tin" in section.text
    assert re.search(r"95,2\s%", section.text)
    assert "tính đến 11:58 ngày 08/03/2026" in section.text
    assert "chưa có số liệu" not in section.text


@pytest.mark.usefixtures("at_noon")
def test_before_anything_was_sent_today_only_the_week_is_told(client: Client) -> None:
    MessageMinute.objects.create(minute=NOON - timedelta(days=1), made=8, in_time=8)
    (section,) = Page(client.get(PATH)).all("section", id="gui-nhanh")
    assert section.text.count("chưa có số liệu") == 1
    assert re.search(r"100,0\s%", section.text)
    assert "tính đến 12:01 ngày 07/03/2026" in section.text


def test_with_no_figures_at_all_it_says_so(client: Client) -> None:
    (section,) = Page(client.get(PATH)).all("section", id="gui-nhanh")
    assert section.text.count("chưa có số liệu") == 2
    assert "tính đến" not in section.text
    assert "None" not in section.text


def test_it_asks_the_database_twice_however_many_messages_there_are(client: Client, django_assert_num_queries) -> None:
    for number in range(50):
        MessageMinute.objects.create(minute=timezone.now() - timedelta(minutes=number), made=1, in_time=1)
    with django_assert_num_queries(2):
        client.get(PATH)
