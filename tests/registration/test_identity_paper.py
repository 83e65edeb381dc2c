"""A paper's QR code saves typing: it fills what is empty, argues with nobody, and saves nothing by itself."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import limits
from registration.models import Declaration, Photo
from registration.views import papers
from tests.paper_samples import SAMPLES
from tests.registration import corpus
from tests.registration.codes import BHYT, CCCD, code, photo
from tests.registration.odd_files import REFUSED
from tests.registration.walking import ADDRESS, AGREED, ANSWERS, CHECK, IDENTITY, PHOTOS, Page, fill, open_draft

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(ANSWERS, "")
BORN_IN_1945 = BHYT.replace("15/08/1985", "1945")


@pytest.fixture
def draft(client: Client) -> Declaration:
    return open_draft(client)


def read(client: Client, picture: bytes | None = None, **typed: str) -> Page:
    """The page after the paper's button, nothing of it stored."""
    before = list(Declaration.objects.values())
    sent: dict[str, Any] = {**NOTHING, **typed, "read_paper": "1"}
    if picture is not None:
        sent["paper_qr"] = SimpleUploadedFile("giay-to.jpg", picture)
    response = client.post(IDENTITY, sent)
    assert response.status_code == 200
    assert list(Declaration.objects.values()) == before
    assert not Photo.objects.exists()
    return Page(response)


def values(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in ANSWERS}


def differences(page: Page) -> str:
    return " ".join(e.text for e in page.elements if "data-differences" in e.attributes)


@pytest.mark.usefixtures("draft")
def test_a_cccd_fills_all_but_the_bhxh_code(client: Client) -> None:
    page = read(client, photo(code()))
    assert values(page) == {**ANSWERS, "bhxh_code": ""}
    assert "Họ và tên, Ngày sinh, Giới tính" in page.status
    assert "Chưa lưu gì" in page.status
    assert page.alert == differences(page) == ""


@pytest.mark.usefixtures("draft")
def test_a_bhyt_card_fills_the_code_and_no_paper(client: Client) -> None:
    assert values(read(client, photo(code(BHYT)))) == {**ANSWERS, "id_kind": "", "id_number": ""}


@pytest.mark.usefixtures("draft")
def test_both_papers_one_after_the_other_leave_nothing_to_type(client: Client) -> None:
    first = values(read(client, photo(code())))
    second = read(client, photo(code(BHYT)), **first)
    assert values(second) == ANSWERS
    assert differences(second) == ""
    assert client.post(IDENTITY, values(second)).url == PHOTOS
    assert Declaration.objects.get().full_name == "Nguyễn Văn Mẫu"


@pytest.mark.usefixtures("draft")
def test_a_card_that_shows_only_the_year_fills_the_year(client: Client) -> None:
    page = read(client, paper_text=BORN_IN_1945)
    assert page.value("birth_date") == "1945"
    assert client.post(IDENTITY, {**ANSWERS, "birth_date": page.value("birth_date")}).status_code == 302


@pytest.mark.usefixtures("draft")
def test_what_was_typed_stands_and_the_difference_is_shown_with_a_way_to_it(client: Client) -> None:
    page = read(client, photo(code()), full_name="Trần Thị Khác", sex="female", birth_date="16/8/1985")
    assert values(page) == {
        **ANSWERS,
        "bhxh_code": "",
        "full_name": "Trần Thị Khác",
        "sex": "female",
        "birth_date": "16/8/1985",
    }
    assert "bạn nhập «Trần Thị Khác», giấy tờ ghi «Nguyễn Văn Mẫu»" in differences(page)
    assert "bạn nhập «Nữ», giấy tờ ghi «Nam»" in differences(page)
    assert "bạn nhập «16/8/1985», giấy tờ ghi «15/08/1985»" in differences(page)
    ids = {element.get("id") for element in page.elements}
    links = [
        a["href"][1:] for a in page.all("a") if a.inside and any("data-differences" in e.attributes for e in a.inside)
    ]
    assert len(links) == 3
    assert set(links) <= ids


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    "typed",
    [
        {"full_name": "NGUYEN VAN MAU"},
        {"birth_date": "15.8.1985"},
        {"birth_date": "1985"},
        {"id_kind": "cccd", "id_number": "001 085 999 001"},
    ],
)
def test_the_same_written_otherwise_is_no_difference(client: Client, typed: dict[str, str]) -> None:
    page = read(client, photo(code()), **typed)
    assert differences(page) == ""
    assert values(page).items() >= typed.items()


@pytest.mark.usefixtures("draft")
def test_a_birth_date_that_is_none_is_shown_as_a_difference(client: Client) -> None:
    assert "bạn nhập «hôm qua»" in differences(read(client, photo(code()), birth_date="hôm qua"))


@pytest.mark.usefixtures("draft")
def test_a_number_is_not_filled_in_under_another_kind_of_paper(client: Client) -> None:
    page = read(client, photo(code()), id_kind="passport")
    assert (page.value("id_kind"), page.value("id_number")) == ("passport", "")
    assert "Loại giấy tờ" in differences(page)


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (photo(), "Không thấy mã QR"),
        (photo(code("https://example.vn")), "Không thấy mã QR"),
        (photo(code("001085999001|chỉ|có|bốn")), "Không thấy mã QR"),
        (b"", "Không mở được ảnh"),
        (b"%PDF-1.7", "không phải ảnh"),
        (corpus.cut(corpus.jpeg()), "Không mở được ảnh"),
        (REFUSED["png bomb"][0](), "triệu điểm ảnh"),
    ],
)
def test_a_picture_that_cannot_be_read_says_what_to_do_and_keeps_what_was_typed(
    client: Client, picture: bytes, words: str
) -> None:
    page = read(client, picture, **ANSWERS)
    assert words in page.refusal("paper_qr")
    assert values(page) == ANSWERS


@pytest.mark.usefixtures("draft")
def test_the_button_without_a_picture_asks_for_one(client: Client) -> None:
    page = read(client, full_name="Nguyễn Văn Mẫu")
    assert "Chọn hoặc chụp" in page.refusal("paper_qr")
    assert page.value("full_name") == "Nguyễn Văn Mẫu"


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("text", [CCCD, f"\ufeff{CCCD}\n", SAMPLES["v2_15char"], BHYT.replace("|", "\\")])
def test_a_browser_that_read_the_code_itself_sends_only_its_text(client: Client, text: str) -> None:
    page = read(client, paper_text=text)
    assert page.value("full_name")
    assert page.value("birth_date")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("text", ["x", "|" * 5000, "001085999001", "<script>|" * 8])
def test_a_text_that_is_no_papers_is_refused_like_a_picture_without_one(client: Client, text: str) -> None:
    page = read(client, paper_text=text)
    assert "Không thấy mã QR" in page.refusal("paper_qr")
    assert "<script>|" not in page.html


@pytest.mark.usefixtures("draft")
def test_what_a_paper_says_is_text_not_markup(client: Client) -> None:
    evil = CCCD.replace("Nguyễn Văn Mẫu", '"><script>alert(1)</script>')
    for page in (read(client, paper_text=evil), read(client, paper_text=evil, full_name="Khác")):
        assert "<script>alert" not in page.html


def test_pictures_to_read_count_like_photos(client: Client, draft: Declaration) -> None:
    for _ in range(limits.LIMITS["photo.draft"].count):
        limits.hit("photo.draft", str(draft.pk))
    sent = {**ANSWERS, "read_paper": "1", "paper_qr": SimpleUploadedFile("a.jpg", photo(code()))}
    response = client.post(IDENTITY, sent)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    page = Page(response)
    assert "quá nhiều lần" in page.refusal("paper_qr")
    assert values(page) == ANSWERS


def test_what_the_papers_said_is_kept_for_the_next_pages_of_this_draft_alone(
    client: Client, draft: Declaration
) -> None:
    read(client, photo(code()))
    read(client, paper_text=BHYT)
    kept = client.session["paper_readings"]
    assert kept["draft"] == draft.pk
    assert kept["said"]["address"] == CCCD.split("|")[5]
    assert (kept["said"]["id_number"], kept["said"]["bhxh_code"]) == ("001085999001", "9900000001")
    open_draft(client, phone="+84999000002")
    read(client, paper_text=BHYT)
    assert "id_number" not in client.session["paper_readings"]["said"]


def test_the_papers_address_stands_ready_where_none_was_typed(client: Client, draft: Declaration) -> None:
    read(client, paper_text=CCCD)
    assert Page(client.get(ADDRESS)).value("address") == CCCD.split("|")[5]
    Declaration.objects.filter(pk=draft.pk).update(address="Số 7 ngõ 9")
    assert Page(client.get(ADDRESS)).value("address") == "Số 7 ngõ 9"


def test_nothing_of_a_paper_stays_once_the_declaration_is_filed(client: Client) -> None:
    fill(client)
    client.post(IDENTITY, {**ANSWERS, "read_paper": "1", "paper_text": CCCD})
    assert "paper_readings" in client.session
    client.post(CHECK, AGREED)
    assert "paper_readings" not in client.session


@pytest.mark.usefixtures("draft")
def test_only_this_page_may_use_the_camera_and_nothing_else_is_opened(client: Client) -> None:
    here, there = (client.get(page).headers for page in (IDENTITY, PHOTOS))
    assert "camera=(self)" in here["Permissions-Policy"]
    assert "camera=()" in there["Permissions-Policy"]
    assert "microphone=()" in here["Permissions-Policy"]
    assert here["Content-Security-Policy"] == there["Content-Security-Policy"]


@pytest.mark.usefixtures("draft")
def test_enter_in_a_field_goes_on_and_does_not_read_a_paper(client: Client) -> None:
    buttons = [
        b
        for b in Page(client.get(IDENTITY)).all("button", type="submit")
        if any("data-main" in e.attributes for e in b.inside)
    ]
    assert buttons[0].get("name") is None
    assert [b.get("name") for b in buttons].count("read_paper") == 1
    assert "data-primary" in buttons[-1].attributes


@pytest.mark.usefixtures("draft")
def test_a_picture_left_in_the_field_does_not_hinder_going_on(client: Client) -> None:
    sent = {**ANSWERS, "paper_qr": SimpleUploadedFile("a.jpg", b"no picture"), "paper_text": "x"}
    assert client.post(IDENTITY, sent).url == PHOTOS


@pytest.mark.usefixtures("draft")
def test_a_busy_portal_says_so_at_once_and_reads_the_next_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "_pages", BoundedSemaphore(1))
    with papers._page_waits():
        page = read(client, photo(code()), **ANSWERS)
    assert "đang xử lý nhiều ảnh" in page.refusal("paper_qr")
    assert values(page) == ANSWERS
    assert values(read(client, photo(code())))["id_number"] == "001085999001"
