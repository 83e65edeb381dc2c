"""What an administrator may do with accounts, people and messages; and what nobody may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Message, Office, Person, User
from accounts.sms import outbox
from tests import factories
from tests.accounts.conftest import PHONE
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

ADD = "/admin/accounts/user/add/"
ONE_TIME = "tre xanh 47"


@pytest.fixture
def desk() -> Client:
    client = Client()
    factories.signed_in(factories.administrator(), client)
    return client


def add(desk: Client, **fields: Any) -> Any:
    values = {"username": "canbo2", "kind": "staff", "password": ONE_TIME, "office": "", "ward": "", "facility": ""}
    return desk.post(ADD, values | {"phone": ""} | fields)


def test_a_new_officer_gets_a_one_time_password(desk: Client) -> None:
    assert add(desk, office=factories.office().pk).status_code == 302
    made = User.objects.get(username="canbo2")
    assert made.check_password(ONE_TIME)
    assert made.must_change_password
    assert not made.is_superuser


def test_no_citizen_and_no_administrator_is_made_by_hand(desk: Client) -> None:
    person = factories.person()
    refused = add(desk, username=person.bhxh_code, kind="citizen", person=person.pk, bhxh_code=person.bhxh_code)
    assert refused.status_code == 200
    add(desk, username="quyen", office=factories.office().pk, is_superuser="on", must_change_password="")
    assert User.objects.filter(is_superuser=True).count() == 0
    assert User.objects.filter(kind="citizen").count() == 0
    assert User.objects.get(username="quyen").must_change_password


@pytest.mark.parametrize("fields", [{"kind": "clinic"}, {"ward": "00004"}])
def test_an_account_that_lacks_its_place_is_refused_with_a_sentence(desk: Client, fields: dict[str, str]) -> None:
    factories.ward()
    response = add(desk, **fields)
    assert response.status_code == 200
    assert "errornote" in response.content.decode()
    assert not User.objects.filter(username="canbo2").exists()


def test_an_account_with_a_place_of_another_kind_is_refused_with_a_sentence(desk: Client) -> None:
    assert add(desk, kind="clinic", office=factories.office().pk).status_code == 200
    assert not User.objects.filter(username="canbo2").exists()


def test_a_one_time_password_follows_the_rules(desk: Client) -> None:
    assert add(desk, password="12345678").status_code == 200
    assert add(desk, username="canbo-xa-mau", password="canbo-xa-mau").status_code == 200
    assert User.objects.count() == 1


def test_a_one_time_password_opens_without_the_blanks_it_was_pasted_with(desk: Client) -> None:
    add(desk, password=f" {ONE_TIME} ", office=factories.office().pk)
    assert User.objects.get(username="canbo2").check_password(ONE_TIME)


def test_a_citizens_account_cannot_be_changed_or_deleted(desk: Client) -> None:
    citizen = factories.citizen(factories.person())
    page = f"/admin/accounts/user/{citizen.pk}/"
    before = User.objects.filter(pk=citizen.pk).values().get()
    assert desk.get(f"{page}change/").status_code == 200
    assert desk.post(f"{page}change/", {"phone": "0999000099", "is_active": ""}).status_code == 403
    assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    desk.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": citizen.pk, "post": "yes"})
    assert User.objects.filter(pk=citizen.pk).values().get() == before


def test_the_hash_of_a_password_is_on_no_page(desk: Client) -> None:
    officer, citizen = factories.officer(), factories.citizen(factories.person())
    for user in (officer, citizen):
        page = desk.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
        assert user.username in page
        assert user.password not in page


def test_an_officer_sees_no_account_person_message_or_event_here() -> None:
    client = Client()
    factories.signed_in(factories.officer(), client)
    for name in ("user", "person", "message", "event", "office", "ward", "facility", "province"):
        assert client.get(f"/admin/accounts/{name}/").status_code == 403


def test_messages_are_listed_without_text_or_number_and_never_changed(desk: Client) -> None:
    text = "BHXH: tai khoan 9900000001, mat khau: Kx47mnPqrT"
    message = outbox.put(kind=Message.Kind.CREDENTIALS, purpose="test", to=PHONE, text=text, dedupe_key="bi-mat:1")
    page = f"/admin/accounts/message/{message.pk}/change/"
    for address in ("/admin/accounts/message/", page):
        seen = desk.get(address).content.decode()
        assert "credentials" in seen or "cấp tài khoản" in seen
        for secret in ("Kx47mnPqrT", "999000", "999 000", "bi-mat:1"):
            assert secret not in seen
    assert desk.post(page, {"state": "queued"}).status_code == 403


def test_a_person_of_the_register_cannot_be_changed_by_hand(desk: Client) -> None:
    person = factories.person()
    page = f"/admin/accounts/person/{person.pk}/"
    assert desk.post(f"{page}change/", {"full_name": "Người Khác"}).status_code == 403
    assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert desk.post("/admin/accounts/person/add/", {"full_name": "Người Khác"}).status_code == 403
    assert Person.objects.get().full_name == person.full_name


def test_an_office_is_closed_by_a_date_and_never_deleted(desk: Client) -> None:
    office = factories.office()
    assert desk.post(f"/admin/accounts/office/{office.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Office.objects.filter(pk=office.pk).exists()


@pytest.mark.parametrize("typed", [{}, {"username": "canbo"}, {"username": "  ", "password": "x"}, {"username": "a\0"}])
def test_the_desks_door_answers_an_unfinished_form_with_the_form(typed: dict[str, str]) -> None:
    assert Client().post("/admin/login/", typed).status_code == 200


def test_no_list_of_the_desk_is_a_query_language_over_secrets(desk: Client) -> None:
    devices = "otp_totp/totpdevice/"
    for query in (f"{devices}?key__regex=^a", f"{devices}?key=a", "accounts/user/?password__startswith=a"):
        assert desk.get(f"/admin/{query}").status_code == 400
    assert desk.get("/admin/otp_totp/totpdevice/").status_code == 200


def test_every_cell_of_a_list_carries_the_title_of_its_column(desk: Client) -> None:
    """A narrow screen shows a row as a card and has no head of a table to read it by."""
    factories.officer()
    page = Page(desk.get("/admin/accounts/user/"))
    (table,) = page.all("table", id="result_list")
    titles = [head.text for head in page.all("th", scope="col") if table in head.inside]
    (row,) = [row for row in page.all("tr") if row.text.startswith("canbo")]
    cells = [cell for cell in page.elements if row in cell.inside and cell.tag in {"td", "th"}]
    assert titles
    assert [cell["data-label"] for cell in cells] == titles
    assert cells[titles.index("Cơ quan BHXH")].text == "Bảo hiểm xã hội cơ sở Ba Đình"


def test_a_list_with_nothing_in_it_says_so_once(desk: Client) -> None:
    nothing = Page(desk.get("/admin/accounts/message/"))
    assert [box.text for box in nothing.all("div", data_empty="")] == ["Chưa có dòng nào."]
    assert "0 tin nhắn" not in nothing.html
    searched = Page(desk.get("/admin/accounts/user/", {"q": "khong-co"}))
    assert [box.text for box in searched.all("div", data_empty="")] == ["Không tìm thấy dòng nào."]
    assert not Page(desk.get("/admin/accounts/user/")).all("div", data_empty="")


def test_the_chosen_filter_is_marked_for_who_does_not_see_colours(desk: Client) -> None:
    def chosen(query: str) -> list[str]:
        return [a.text for a in Page(desk.get(f"/admin/accounts/user/{query}")).all("a", aria_current="true")]

    assert chosen("") == ["Tất cả", "Tất cả"]
    assert chosen("?kind__exact=staff") == ["Cán bộ", "Tất cả"]


def test_the_desk_speaks_plainly_to_an_administrator(desk: Client) -> None:
    index = Page(desk.get("/admin/"))
    assert [h.text for h in index.all("h1")] == ["Quản trị"]
    assert "Chưa có hoạt động nào" in index.html
    accounts = Page(desk.get("/admin/accounts/user/"))
    assert [h.text for h in accounts.all("h1")] == ["Danh sách tài khoản"]
    assert [a.text for a in accounts.all("a", class_="addlink") if "tài khoản" in a.text] == ["Thêm tài khoản"]
    saving = [e["value"] for e in Page(desk.get(ADD)).all("input", type="submit")]
    assert "Lưu" in saving
    assert not [words for words in saving if words.isupper()]


@pytest.mark.parametrize("path", ["otp_totp/totpdevice/", "accounts/user/"])
def test_no_place_on_the_way_back_has_the_name_of_the_next(desk: Client, path: str) -> None:
    (way,) = Page(desk.get(f"/admin/{path}")).all("div", class_="breadcrumbs")
    places = [place.strip().casefold() for place in way.text.split("›")]
    assert len(places) == len(set(places)) == 3
