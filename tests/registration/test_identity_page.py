"""The page of who one is: what is refused, where the sentence stands, and what is stored."""

from __future__ import annotations

from datetime import timedelta
from unicodedata import normalize

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import Declaration
from tests.factories import citizen, person
from tests.registration.walking import ANSWERS, IDENTITY, PHOTOS, Page, open_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Declaration:
    return open_draft(client)


def save(client: Client, **changes: str) -> Declaration:
    response = client.post(IDENTITY, {**ANSWERS, **changes})
    assert response.status_code == 302, Page(response).alert
    return Declaration.objects.latest("pk")


def refused(client: Client, **changes: str) -> Page:
    """The page shown again: nothing stored, everything typed still there."""
    typed = {**ANSWERS, **changes}
    page = Page(client.post(IDENTITY, typed))
    assert {name: page.value(name) for name in typed} == typed
    assert Declaration.objects.latest("pk").bhxh_code == ""
    return page


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_required_answer_left_out_is_named_at_its_field_and_the_rest_is_kept(client: Client, name: str) -> None:
    page = Page(client.post(IDENTITY, {key: value for key, value in ANSWERS.items() if key != name}))
    assert page.refusal(name).startswith(("Nhập", "Chọn"))
    assert [other for other in ANSWERS if page.is_refused(other)] == [name]
    kept = {key: page.value(key) for key in ANSWERS}
    assert kept == {**ANSWERS, name: ""}


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
        ("  nguyễn   văn  mẫu ", "nguyễn văn mẫu"),
        ("Y'Thu Êban", "Y'Thu Êban"),
        ("H’Hen Niê", "H'Hen Niê"),
        (normalize("NFD", "Nguyễn Văn Mẫu"), "Nguyễn Văn Mẫu"),
        ("Ðặng Thị Ơn", "Đặng Thị Ơn"),
        ("Trần\u200b Thị\ufeff Hoa", "Trần Thị Hoa"),
        ("Thảo", "Thảo"),
        ("Lê Thị Minh-Anh", "Lê Thị Minh-Anh"),
        ("Ph. Văn", "Ph. Văn"),
        ("Ă" * 100, "Ă" * 100),
    ],
)
def test_a_name_is_taken_as_papers_write_it_and_stored_in_one_spelling(client: Client, typed: str, stored: str) -> None:
    assert save(client, full_name=typed).full_name == stored


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["H'Rơ̆k Niê", "Y Kô̆ Mlô"])
def test_a_name_in_ede_or_jarai_letters_is_taken(client: Client, typed: str) -> None:
    """Unicode has no single character for ơ̆, ô̆, ê̆, ư̆: the breve stays a mark of its own after NFC."""
    assert save(client, full_name=typed).full_name == typed


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["Nguyễn Văn 2", "<b>Mẫu</b>", "a@b.vn", "'Mẫu", "Mẫu_", "Mẫu 😀", "李_"])
def test_a_name_with_anything_but_letters_is_refused(client: Client, typed: str) -> None:
    assert "chữ cái" in refused(client, full_name=typed).refusal("full_name")


@pytest.mark.usefixtures("draft")
def test_a_name_of_only_invisible_characters_is_refused(client: Client) -> None:
    page = Page(client.post(IDENTITY, {**ANSWERS, "full_name": "\u200b\u200b"}))
    assert page.refusal("full_name")


@pytest.mark.usefixtures("draft")
def test_a_name_of_101_characters_is_refused_with_the_limit(client: Client) -> None:
    assert "100" in refused(client, full_name="Ă" * 101).refusal("full_name")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("15/08/1985", "1985-08-15"),
        ("1985-08-15", "1985-08-15"),
        ("5.8.1985", "1985-08-05"),
        ("08/1985", "1985-08"),
        ("1945", "1945"),
        ("29/02/2024", "2024-02-29"),
        ("01/01/1900", "1900-01-01"),
    ],
)
def test_a_birth_date_keeps_the_precision_of_the_paper(client: Client, typed: str, stored: str) -> None:
    assert save(client, birth_date=typed).birth_date == stored


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["hôm qua", "30/02/1985", "13/1985", "15/08/85", "0", "15/08/1985/1", "1985-13-01"])
def test_nonsense_for_a_birth_date_is_refused_with_an_example(client: Client, typed: str) -> None:
    assert "15/08/1985" in refused(client, birth_date=typed).refusal("birth_date")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["31/12/1899", "1899", "12/1899"])
def test_nobody_was_born_before_1900(client: Client, typed: str) -> None:
    assert "1900" in refused(client, birth_date=typed).refusal("birth_date")


@pytest.mark.usefixtures("draft")
def test_nobody_is_born_tomorrow_and_somebody_may_be_born_today(client: Client) -> None:
    today = timezone.localdate()
    for typed in (f"{today + timedelta(days=1):%d/%m/%Y}", str(today.year + 1)):
        assert "hôm nay" in refused(client, birth_date=typed).refusal("birth_date")
    assert save(client, birth_date=f"{today:%d/%m/%Y}").birth_date == today.isoformat()


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("cccd", "001085999001", "001085999001"),
        ("cccd", "001 085 999 001", "001085999001"),
        ("cmnd", "012.345.678", "012345678"),
        ("passport", "c1234567", "C1234567"),
        ("passport", "B12345678", "B12345678"),
    ],
)
def test_a_paper_number_is_taken_in_the_shape_of_its_kind(client: Client, kind: str, typed: str, stored: str) -> None:
    saved = save(client, id_kind=kind, id_number=typed)
    assert (saved.id_kind, saved.id_number) == (kind, stored)


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("cccd", "012345678", "12 chữ số"),
        ("cccd", "00108599900١", "12 chữ số"),
        ("cmnd", "001085999001", "9 chữ số"),
        ("passport", "001085999001", "một chữ cái"),
        ("passport", "B123456789", "một chữ cái"),
        ("passport", "Đ1234567", "một chữ cái"),
    ],
)
def test_a_paper_number_of_another_shape_is_refused(client: Client, kind: str, typed: str, words: str) -> None:
    assert words in refused(client, id_kind=kind, id_number=typed).refusal("id_number")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["990000000", "99000000011", "99000000O1", "٩٩٠٠٠٠٠٠٠١"])
def test_a_bhxh_code_that_is_not_ten_digits_is_refused(client: Client, typed: str) -> None:
    assert "10 chữ số" in refused(client, bhxh_code=typed).refusal("bhxh_code")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["9900 000 001", "9900.000.001", "\u200b9900000001\ufeff", "9900\u00a0000\u2009001"])
def test_a_bhxh_code_typed_in_groups_or_pasted_is_stored_plain(client: Client, typed: str) -> None:
    assert save(client, bhxh_code=typed).bhxh_code == "9900000001"


@pytest.mark.usefixtures("draft")
def test_what_nobody_sees_in_a_pasted_date_or_number_hinders_nobody(client: Client) -> None:
    saved = save(client, birth_date="15/08/\u200b1985", id_number="001085\u2060999001\u200e")
    assert (saved.birth_date, saved.id_number) == ("1985-08-15", "001085999001")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("birth_date", ["1985", "08/1985", "15/08/1985"])
def test_a_cccd_that_agrees_with_as_much_of_the_birth_date_as_is_known_is_not_advised_on(
    client: Client, birth_date: str
) -> None:
    save(client, birth_date=birth_date)
    assert "không khớp" not in Page(client.get(PHOTOS)).html


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("odd", [{"sex": "female"}, {"birth_date": "1986"}])
def test_a_cccd_against_sex_or_birth_year_is_advised_on_at_once_and_stops_nobody(
    client: Client, odd: dict[str, str]
) -> None:
    assert save(client, **odd).id_number == ANSWERS["id_number"]
    assert "không khớp giới tính hoặc năm sinh" in Page(client.get(PHOTOS)).html


@pytest.mark.usefixtures("draft")
def test_what_was_typed_comes_back_as_text_not_as_markup(client: Client) -> None:
    page = refused(client, full_name='"><script>alert(1)</script>')
    assert "<script>alert" not in page.html


def test_a_code_with_an_account_a_known_and_an_unknown_one_get_the_same_answer() -> None:
    citizen(person("9900000001"))
    person("9900000002", phone="+84999000002")
    answers = []
    for code in ("9900000001", "9900000002", "9900000003"):
        client = Client()
        open_draft(client, f"+849990001{code[-2:]}")
        response = client.post(IDENTITY, {**ANSWERS, "bhxh_code": code})
        headers = {name: value for name, value in response.headers.items() if name != "Expires"}  # the clock's
        answers.append((response.status_code, response.url, headers, Page(client.get(PHOTOS)).status))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1] == PHOTOS
