"""The main job through the pages, request by request: declare, accept, message, first login, card, history."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.models import Event, InboxMessage, Message, Person
from accounts.services.demo import DEMO_PASSWORD
from accounts.sms import delivery
from registration.models import Declaration
from tests import factories
from tests.factories import jpeg

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "Con trâu đi trước cái cày"


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO_MODE = True
    call_command("seed_demo", verbosity=0)


def last_text(to: str) -> str:
    """What the phone shows after a worker has taken everything that waits."""
    for message in Message.objects.filter(state="queued").order_by("pk"):
        delivery.deliver(message.pk)
    return InboxMessage.objects.filter(to=to).first().text


def photo(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.jpg", jpeg(), content_type="image/jpeg")


def declare(client: Client, person: Person) -> Declaration:
    """Every page of the declaration for one demo person, with the number of their own."""
    phone = str(person.phone)
    client.post("/dang-ky/", {"applicant_kind": "individual"})
    client.post("/dang-ky/ca-nhan/", {"phone": phone.replace("+84", "0")})
    code = re.search(r"\d{6}", last_text(phone))[0]
    client.post("/dang-ky/ca-nhan/ma/", {"code": code})
    identity = {
        "full_name": person.full_name,
        "bhxh_code": person.bhxh_code,
        "birth_date": person.birth_date_text,
        "sex": person.sex,
        "id_kind": person.id_kind,
        "id_number": person.id_number,
    }
    assert client.post("/dang-ky/ca-nhan/thong-tin/", identity).url == "/dang-ky/ca-nhan/anh/"
    photos = {kind: photo(kind) for kind in ("portrait", "id_front", "id_back")}
    assert client.post("/dang-ky/ca-nhan/anh/", photos).url == "/dang-ky/ca-nhan/dia-chi/"
    province = person.ward.province_id
    places = {"province": province, "ward": person.ward_id, "office": "00101" if province == "01" else f"0{province}"}
    address = {**places, "address": person.address, "email": ""}
    assert client.post("/dang-ky/ca-nhan/dia-chi/", address).url == "/dang-ky/ca-nhan/kiem-tra/"
    assert (
        client.post("/dang-ky/ca-nhan/kiem-tra/", {"consent": "on", "commitment": "on"}).url == "/dang-ky/ca-nhan/xong/"
    )
    return Declaration.objects.latest("pk")


def first_login(code: str, phone: str) -> tuple[Client, str]:
    """In with the password of the SMS, out of it by the forced change; the browser and that password."""
    credentials = last_text(phone)
    assert f"tai khoan {code}" in credentials
    password = re.search(r"mat khau: (\w+)", credentials)[1]
    citizen = Client()
    assert citizen.post("/dang-nhap/", {"username": code, "password": password}).url == "/the-bhyt/"
    assert citizen.get("/the-bhyt/").url == "/doi-mat-khau/"
    twice = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert citizen.post("/doi-mat-khau/", twice).url == "/the-bhyt/"
    return citizen, password


@pytest.mark.usefixtures("demo")
def test_a_citizen_declares_is_accepted_and_sees_the_card(client: Client) -> None:
    declaration = declare(client, Person.objects.get(bhxh_code="9900000001"))
    confirmation = client.get("/dang-ky/ca-nhan/xong/").content.decode()
    assert declaration.file_number == "00001/2026/00101"
    assert declaration.file_number in confirmation
    assert declaration.file_number in last_text("+84999000001")

    status = client.post("/ho-so/", {"file_number": "1/2026/00101", "phone": "0999 000 001"}).content.decode()
    assert "Chờ tiếp nhận" in status
    assert "Nguyễn" not in status

    desk = Client()
    desk.post("/admin/login/", {"username": "canbo", "password": DEMO_PASSWORD})
    page = f"/admin/registration/declaration/{declaration.pk}/change/"
    assert "Nguyễn Văn Mẫu" in desk.get(page).content.decode()
    desk.post(f"/admin/registration/declaration/{declaration.pk}/accept/")

    citizen, password = first_login("9900000001", "+84999000001")
    card = citizen.get("/the-bhyt/").content.decode()
    assert "9900000001" in card
    assert "<svg" in card
    assert citizen.get("/tai-khoan/anh/").headers["Content-Type"] == "image/jpeg"
    assert "18 năm 2 tháng" in citizen.get("/qua-trinh-tham-gia/").content.decode()
    assert not Client().login(username="9900000001", password=password)
    assert Event.objects.filter(action="declaration.accept", object_id=declaration.pk).count() == 1


# Everybody else's card is valid today.
STATES = {"9900000008": "expired", "9900000015": "not_started", "9900000016": "revoked", "9900000020": "none"}


@pytest.mark.usefixtures("demo")
def test_every_demo_person_with_a_paper_and_no_account_is_registered_accepted_and_shown_the_card() -> None:
    people = Person.objects.exclude(id_kind="").filter(user__isnull=True).select_related("ward")
    assert people.count() == 17
    for person in people:
        declaration = declare(Client(), person)
        desk = factories.signed_in(factories.officer(f"o{person.pk}", office=declaration.office))
        desk.post(f"/admin/registration/declaration/{declaration.pk}/accept/")
        citizen, _password = first_login(person.bhxh_code, str(person.phone))
        card = citizen.get("/the-bhyt/").content.decode()
        assert f'data-state="{STATES.get(person.bhxh_code, "active")}"' in card
        assert citizen.get("/qua-trinh-tham-gia/").status_code == 200
