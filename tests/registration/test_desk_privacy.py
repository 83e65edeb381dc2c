"""What the desk shows of a person only to whoever has business with them, and what every look leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Person, User
from registration.models import Declaration
from tests import factories
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

CODE = "9900000001"
HIDDEN = "•••"
LOGIN, ADD = "/admin/login/", "/admin/accounts/user/add/"
ONE_TIME, OWN = "tre xanh 47", "lua chin vang dong 9"
# In the register only: nothing of it is on the declaration.
REGISTERED = {"id_number": "001085000777", "phone": "+84999000066", "address": "Ngõ 77 Kim Mã"}
PRIVATE_ON_PAGE = ["001085000777", "0999 000 066", "999000066", "Ngõ 77", "Ngọc Hà"]
NAME_OR_BIRTH = [{"full_name": "Trần Thị Bịa"}, {"birth_date": "1986-08-15"}, {"birth_date": "1985"}]


@pytest.fixture
def person() -> Person:
    return factories.person(CODE, ward=factories.ward("00008", "Ngọc Hà"), **REGISTERED)


def seat(**fields: Any) -> Client:
    client = Client()
    factories.signed_in(factories.officer(**fields), client)
    return client


@pytest.fixture
def desk(db: None) -> Client:
    return seat()


@pytest.fixture
def administrator(db: None) -> Client:
    return seat(username="quantri", office=None, is_superuser=True)


def open_file(desk: Client, declaration: Declaration) -> Page:
    response = desk.get(declaration.get_absolute_url())
    assert response.status_code == 200
    return Page(response)


def registered_cells(page: Page) -> list[str]:
    """The third column, row by row."""
    rows = [row for row in page.all("tr") if any(outer.tag == "tbody" for outer in row.inside)]
    return [[cell.text for cell in page.all("td") if row in cell.inside][1] for row in rows]


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("made_up", NAME_OR_BIRTH, ids=["name", "birth date", "only the year"])
def test_a_made_up_file_learns_no_number_and_no_address_of_the_person(desk: Client, made_up: dict[str, str]) -> None:
    page = open_file(desk, factories.filed(**made_up))
    assert [cell.startswith(HIDDEN) for cell in registered_cells(page)].count(True) == 4
    assert [secret for secret in PRIVATE_ON_PAGE if secret in page.html] == []


@pytest.mark.parametrize("made_up", NAME_OR_BIRTH[:2], ids=["name", "birth date"])
def test_a_made_up_file_is_not_told_either_whether_it_guessed_a_hidden_value(
    desk: Client, person: Person, made_up: dict[str, str]
) -> None:
    """With ≠ or without it, a number could be found out by trying."""
    wrong = open_file(desk, factories.filed(**made_up))
    declared = {**REGISTERED, "ward": person.ward, **made_up}
    right = open_file(desk, factories.filed(**declared))
    assert registered_cells(right) == registered_cells(wrong)
    assert {note.text for note in right.all("p", class_="review__note")} == {
        note.text for note in wrong.all("p", class_="review__note")
    }


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("name", ["Nguyễn Văn Mẫu", "NGUYỄN  VĂN MẪU", "nguyen van mau"])
def test_with_name_and_birth_date_known_the_officer_sees_both_sides(desk: Client, name: str) -> None:
    page = open_file(desk, factories.filed(full_name=name))
    assert HIDDEN not in page.html
    shown = " ".join(registered_cells(page))
    for value in ("001085000777", "0999 000 066", "Ngõ 77 Kim Mã", "Ngọc Hà"):
        assert value in shown


def test_a_code_the_register_does_not_know_hides_nothing_and_says_so(desk: Client) -> None:
    page = open_file(desk, factories.filed(bhxh_code="9900000009"))
    assert HIDDEN not in page.html
    assert set(registered_cells(page)) == {"–"}
    assert "chưa có trong sổ tham gia" in page.html


def test_opening_a_file_is_written_down_with_the_person_it_shows(desk: Client, person: Person) -> None:
    declaration = factories.filed()
    open_file(desk, declaration)
    open_file(desk, declaration)
    viewed = Event.objects.filter(action="declaration.viewed")
    assert [(event.person_id, event.object_id) for event in viewed] == [(person.pk, str(declaration.pk))] * 2
    assert {event.actor_id for event in viewed} == {User.objects.get(username="canbo").pk}
    assert person.full_name not in str(list(viewed.values()))


def test_opening_a_file_of_an_unknown_code_names_no_person_and_a_refused_look_is_no_view(desk: Client) -> None:
    declaration = factories.filed(bhxh_code="9900000009")
    open_file(desk, declaration)
    assert Event.objects.get(action="declaration.viewed").person_id is None
    stranger = seat(username="xa", office=factories.office("00102", "Hoàn Kiếm"))
    assert stranger.get(declaration.get_absolute_url()).status_code == 404
    assert Event.objects.filter(action="declaration.viewed").count() == 1


def test_so_is_opening_a_photo(desk: Client, person: Person) -> None:
    known, unknown = factories.filed(), factories.filed(bhxh_code="9900000009")
    for declaration in (known, unknown):
        assert desk.get(f"/admin/registration/declaration/{declaration.pk}/photo/portrait/").status_code == 200
    viewed = Event.objects.filter(action="photo.viewed").order_by("pk")
    assert [(event.person_id, event.object_id) for event in viewed] == [
        (person.pk, str(known.pk)),
        (None, str(unknown.pk)),
    ]


def test_a_refusal_form_shown_again_is_a_look_too(desk: Client, person: Person) -> None:
    declaration = factories.filed()
    desk.post(f"/admin/registration/declaration/{declaration.pk}/refuse/", {"reason": ""})
    assert Event.objects.get(action="declaration.viewed").person_id == person.pk


def test_an_administrators_look_at_a_person_is_written_down(administrator: Client, person: Person) -> None:
    assert administrator.get(f"/admin/accounts/person/{person.pk}/change/").status_code == 200
    event = Event.objects.get(action="person.seen")
    assert (event.person_id, event.object_type, event.object_id) == (person.pk, "person", str(person.pk))
    assert event.actor_id == User.objects.get(username="quantri").pk
    administrator.get("/admin/accounts/person/987654/change/")
    assert Event.objects.filter(action="person.seen").count() == 1


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("accounts/person", "full_name__regex=^Ng"),
        ("accounts/person", "full_name__startswith=N"),
        ("accounts/person", "id_number__contains=77"),
        ("accounts/person", "birth_date__lt=1990"),
        ("accounts/person", "phone__isnull=0"),
        ("accounts/person", "user__password__startswith=a"),
        ("accounts/user", "password__startswith=argon2"),
        ("accounts/user", "password=x"),
        ("accounts/user", "password__exact=x"),
        ("accounts/user", "person__full_name__regex=^Ng"),
        ("accounts/message", "body__startswith=g"),
        ("accounts/message", "to__startswith=%2B8499"),
        ("accounts/message", "to=%2B84999000001"),
        ("accounts/message", "to__exact=%2B84999000001"),
        ("accounts/message", "dedupe_key=credentials:1:0"),
        ("accounts/message", "state__exact__exact=sent"),
        ("accounts/person", "id_number=001085990001"),
        ("accounts/user", "phone=%2B84999000001"),
        ("accounts/user", "active_device=1"),
        ("accounts/event", "actor_id=1"),
        ("otp_totp/totpdevice", "key=0"),
        ("accounts/event", "detail__contains=x"),
        ("accounts/event", "object_id__regex=1"),
        ("accounts/office", "name__regex=B"),
    ],
)
@pytest.mark.usefixtures("person")
def test_an_address_is_no_query_language_over_peoples_data(administrator: Client, page: str, query: str) -> None:
    assert administrator.get(f"/admin/{page}/").status_code == 200
    assert administrator.get(f"/admin/{page}/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("accounts/message", "tinh-trang=lost&kind__exact=code&o=1&p=0"),
        ("accounts/message", "tinh-trang=open"),
        ("accounts/user", "is_active__exact=1&kind__exact=staff&q=canbo"),
        ("accounts/user", "id=1"),
        ("accounts/ward", "_to_field=code&_popup=1"),
        ("accounts/office", "code__exact=00101"),
        ("accounts/accountalert", "tinh-trang=open"),
    ],
)
def test_what_a_list_filters_and_picks_by_still_works(administrator: Client, page: str, query: str) -> None:
    assert administrator.get(f"/admin/{page}/?{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "id_number=001085990001",
        "phone=%2B84999000001",
        "id_number__startswith=0",
        "full_name__regex=^N",
        "reviewer__password__startswith=a",
        "phone__contains=9",
    ],
)
@pytest.mark.usefixtures("person")
def test_nor_is_it_one_over_the_officers_queue(desk: Client, query: str) -> None:
    factories.filed()
    assert desk.get(f"/admin/registration/declaration/?{query}").status_code == 400


def test_administrators_cannot_change_their_own_account(administrator: Client) -> None:
    own = User.objects.get(username="quantri")
    before = User.objects.filter(pk=own.pk).values().get()
    page = f"/admin/accounts/user/{own.pk}/change/"
    office = factories.office().pk
    assert administrator.get(page).status_code == 200
    assert administrator.post(page, {"office": office, "is_active": "on"}).status_code == 403
    assert User.objects.filter(pk=own.pk).values().get() == before
    assert not Event.objects.filter(action="staff.changed").exists()


def test_another_administrator_can_and_it_is_written_down(administrator: Client) -> None:
    other = factories.officer("quantri2", office=None, is_superuser=True)
    page = f"/admin/accounts/user/{other.pk}/change/"
    assert administrator.post(page, {"office": factories.office().pk, "is_active": "on"}).status_code == 302
    other.refresh_from_db()
    assert other.office_id == "00101"
    event = Event.objects.get(action="staff.changed")
    assert (event.actor_id, event.object_id) == (User.objects.get(username="quantri").pk, str(other.pk))


def add(administrator: Client, username: str) -> Any:
    empty = {"ward": "", "facility": "", "phone": ""}
    answers = {"username": username, "kind": "staff", "password": ONE_TIME, "office": factories.office().pk}
    return administrator.post(ADD, answers | empty)


@pytest.mark.parametrize("username", ["9900000002", "001085999001", "7", " 9900000002 ", "٩٩٠٠٠٠٠٠٠٢"])
def test_a_staff_account_cannot_take_the_name_of_a_citizen_to_come(administrator: Client, username: str) -> None:
    response = add(administrator, username)
    assert response.status_code == 200
    assert "chỉ gồm chữ số" in response.content.decode()
    assert User.objects.count() == 1


@pytest.fixture
def newcomer(administrator: Client) -> User:
    assert add(administrator, "canbo2").status_code == 302
    return User.objects.get(username="canbo2")


def come_in(client: Client, password: str = ONE_TIME) -> Any:
    return client.post(LOGIN, {"username": "canbo2", "password": password, "next": "/admin/"})


def test_a_new_officers_password_lasts_72_hours_and_leads_to_changing_it(newcomer: User) -> None:
    assert newcomer.issued_password_expires_at is not None
    left = newcomer.issued_password_expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    client = Client()
    assert come_in(client).status_code == 302
    assert client.get("/admin/").url == "/doi-mat-khau/"


def test_after_72_hours_a_new_officers_password_opens_no_door(newcomer: User) -> None:
    expired = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=newcomer.pk).update(issued_password_expires_at=expired)
    client = Client()
    response = come_in(client)
    assert response.status_code == 200
    assert "72 giờ" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Event.objects.filter(action="session.started", actor_id=newcomer.pk).exists()


def test_a_session_begun_in_time_sets_no_password_after_it(newcomer: User) -> None:
    client = Client()
    come_in(client)
    expired = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=newcomer.pk).update(issued_password_expires_at=expired)
    client.post("/doi-mat-khau/", {"new_password1": OWN, "new_password2": OWN})
    newcomer.refresh_from_db()
    assert newcomer.must_change_password
    assert not newcomer.check_password(OWN)


def test_an_officers_own_password_does_not_run_out(newcomer: User) -> None:
    client = Client()
    come_in(client)
    assert client.post("/doi-mat-khau/", {"new_password1": OWN, "new_password2": OWN}).status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.issued_password_expires_at is None
    assert come_in(Client(), OWN).status_code == 302
