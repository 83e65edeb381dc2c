"""What an officer sees of other files for the same person, of their phone, and of an account there is already."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from registration.models import Declaration
from registration.services import duplicates, review, withdrawal
from registration.workflow import RefusalReason
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.walking import Element, Page

pytestmark = pytest.mark.django_db

OTHER_PHONE = "+84999000002"


@pytest.fixture
def officer(db: None) -> User:
    return factories.officer()


@pytest.fixture
def desk(officer: User) -> Client:
    return seat(officer)


@pytest.fixture
def filed(db: None) -> Declaration:
    return factories.filed()


def look(desk: Client, file: Declaration) -> Page:
    return Page(desk.get(page_of(file)))


def twins(page: Page) -> dict[str, Element]:
    return {element["data-twin"]: element for element in page.all("li") if "data-twin" in element.attributes}


def links(page: Page, twin: Element) -> list[str]:
    return [a["href"] for a in page.all("a") if twin in a.inside]


def test_both_files_of_one_code_lead_to_each_other_and_say_what_is_the_same(desk: Client, filed: Declaration) -> None:
    other = factories.filed(
        phone=OTHER_PHONE, full_name="NGUYEN VAN MAU", birth_date="1985-08-16", id_number="B1234567"
    )
    page = look(desk, filed)
    (twin,) = twins(page).values()
    assert twin["data-twin"] == other.file_number
    assert links(page, twin) == [page_of(other)]
    same, differs = twin.text.split("Giống:")[1].split("Khác:")
    assert [word in same for word in ("mã số BHXH", "họ và tên", "giới tính")] == [True] * 3
    assert [word in differs for word in ("số giấy tờ", "số điện thoại di động", "ngày sinh")] == [True] * 3
    assert list(twins(look(desk, other))) == [filed.file_number]


def test_so_do_two_of_one_paper_and_nothing_blocks_the_officer(desk: Client, officer: User, filed: Declaration) -> None:
    factories.person(id_number=filed.id_number)
    other = factories.filed(phone=OTHER_PHONE, bhxh_code="9900000009")
    page = look(desk, filed)
    assert list(twins(page)) == [other.file_number]
    assert not [e for e in page.elements if "data-blocker" in e.attributes]
    assert review.accept(filed.pk, officer=officer).state == "accepted"


def test_files_of_the_code_stand_before_those_of_the_paper(desk: Client, filed: Declaration) -> None:
    of_paper = factories.filed(phone=OTHER_PHONE, bhxh_code="9900000009")
    of_code = factories.filed(phone=OTHER_PHONE, id_number="001085999077")
    page = look(desk, filed)
    assert list(twins(page)) == [of_code.file_number, of_paper.file_number]
    assert "Chỉ hiện mấy hồ sơ đầu" not in page.html


def test_of_a_file_elsewhere_an_officer_learns_where_it_is_and_no_more(desk: Client, filed: Declaration) -> None:
    hoan_kiem = factories.office("00102", "Bảo hiểm xã hội cơ sở Hoàn Kiếm")
    other = factories.filed(phone="+84999000077", full_name="Lê Thị Riêng", address="Ngõ 77", office=hoan_kiem)
    page = look(desk, filed)
    twin = twins(page)[str(other.file_number)]
    assert "Hoàn Kiếm" in twin.text
    assert "hỏi nơi đó" in twin.text
    assert links(page, twin) == []
    assert not [secret for secret in ("Riêng", "Ngõ 77", "999 000 077", "999000077") if secret in page.html]
    assert "họ và tên" not in twin.text
    assert desk.get(page_of(other)).status_code == 404


def test_an_officer_of_one_ward_has_no_link_to_a_file_of_the_next(filed: Declaration) -> None:
    other = factories.filed(phone=OTHER_PHONE, ward=factories.ward("00008", "Ngọc Hà"))
    desk = seat(factories.officer("xa", ward=factories.ward()))
    page = look(desk, filed)
    assert links(page, twins(page)[str(other.file_number)]) == []


def test_a_decided_file_is_nobodys_twin_and_has_none(desk: Client, filed: Declaration) -> None:
    other = factories.filed(phone=OTHER_PHONE)
    withdrawal.withdraw(other.pk)
    assert twins(look(desk, filed)) == {}
    assert twins(look(desk, other)) == {}


def test_drafts_are_nobodys_business(desk: Client, filed: Declaration) -> None:
    factories.draft()
    page = look(desk, filed)
    assert twins(page) == {}
    assert "hồ sơ khác đang chờ" not in page.html


def test_twins_are_few_and_cost_as_many_questions_however_many_there_are(desk: Client, filed: Declaration) -> None:
    factories.filed(phone=OTHER_PHONE)
    look(desk, filed)
    with CaptureQueriesContext(connection) as few:
        look(desk, filed)
    for number in range(duplicates.SHOWN_TWINS + 2):
        factories.filed(phone=f"+849990001{number:02d}")
    with CaptureQueriesContext(connection) as many:
        page = look(desk, filed)
    assert len(twins(page)) == duplicates.SHOWN_TWINS
    assert "Chỉ hiện mấy hồ sơ đầu" in page.html
    assert len(many) == len(few)


def test_the_officer_sees_how_many_other_files_carry_the_phone(
    desk: Client, filed: Declaration, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "hồ sơ khác đang chờ" not in look(desk, filed).html
    for number in range(2):
        factories.filed(bhxh_code=f"990000002{number}", id_number=f"00108599902{number}")
    assert "còn ở 2 hồ sơ khác đang chờ" in look(desk, filed).html
    monkeypatch.setattr(duplicates, "COUNTED_AT_MOST", 1)
    assert "còn ở hơn 1 hồ sơ khác đang chờ" in look(desk, filed).html


# --- An account there is already ------------------------------------------------------------------------
def blocked(page: Page) -> str:
    return " ".join(e.text for e in page.elements if e.get("data-blocker") == "account_exists")


@pytest.mark.parametrize(
    ("phone", "says"), [("+84999000001", "đúng số điện thoại của tài khoản"), (OTHER_PHONE, "dùng số điện thoại khác")]
)
def test_an_account_is_seen_on_opening_with_the_right_step_chosen(
    desk: Client, filed: Declaration, phone: str, says: str
) -> None:
    factories.citizen(factories.person(id_number=filed.id_number), phone=phone)
    page = look(desk, filed)
    assert "Từ chối với lý do" in blocked(page)
    assert page.value("reason") == RefusalReason.ACCOUNT_EXISTS
    assert says in page.html


def test_without_an_account_no_reason_is_chosen(desk: Client, filed: Declaration) -> None:
    factories.person(id_number=filed.id_number)
    page = look(desk, filed)
    assert blocked(page) == ""
    assert page.value("reason") == ""


@pytest.mark.parametrize("phone", ["+84999000001", OTHER_PHONE])
def test_a_made_up_file_learns_nothing_of_the_accounts_phone(desk: Client, phone: str) -> None:
    factories.citizen(factories.person(), phone=phone)
    page = look(desk, factories.filed(full_name="Trần Thị Bịa"))
    assert blocked(page)
    assert "của tài khoản đã có" not in page.html
    assert "Tài khoản đã có dùng" not in page.html
