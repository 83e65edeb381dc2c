"""A citizen's own portrait, and the demo's phones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models import Facility, Message, Person, User
from accounts.sms import delivery, outbox
from tests import factories
from tests.accounts.conftest import PHONE

pytestmark = pytest.mark.django_db


def person_with_portrait(code: str, colour: str) -> Person:
    person = factories.person(code)
    person.portrait.save("", ContentFile(factories.jpeg(colour=colour)))
    return person


def client_of(user: User) -> Client:
    return factories.signed_in(user)


def body(response: StreamingHttpResponse) -> bytes:
    content = response.streaming_content
    assert isinstance(content, Iterator)
    return b"".join(content)


def test_everybody_gets_their_own_portrait_only() -> None:
    for code, colour in (("9900000001", "#aa0000"), ("9900000002", "#0000aa")):
        client = client_of(factories.citizen(person_with_portrait(code, colour)))
        for address in ("/tai-khoan/anh/", "/tai-khoan/anh/?person=1&pk=1"):
            assert body(client.get(address)) == factories.jpeg(colour=colour)


def test_a_portrait_is_a_picture_nobody_else_may_keep() -> None:
    response = client_of(factories.citizen(person_with_portrait("9900000001", "#aa0000"))).get("/tai-khoan/anh/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    response = client.get("/tai-khoan/anh/")
    assert response.url == "/dang-nhap/?next=/tai-khoan/anh/"
    assert "no-store" in response["Cache-Control"]


def test_for_staff_and_clinics_there_is_no_such_page() -> None:
    facility = Facility.objects.create(code="01020", name="Trạm y tế")
    clinic = User.objects.create_user("01020_BV", "x", kind="clinic", facility=facility)
    admin = factories.officer("quantri", office=None, is_superuser=True)
    for user in (factories.officer(), clinic, admin):
        for address in ("/tai-khoan/anh/", "/the-bhyt/", "/qua-trinh-tham-gia/"):
            assert client_of(user).get(address).status_code == 404


def test_without_a_portrait_or_its_file_there_is_nothing_and_no_error() -> None:
    person = factories.person()
    client = client_of(factories.citizen(person))
    assert client.get("/tai-khoan/anh/").status_code == 404
    Person.objects.filter(pk=person.pk).update(portrait="persons/gone.jpg")
    assert client.get("/tai-khoan/anh/").status_code == 404


def test_a_portrait_is_only_read() -> None:
    assert client_of(factories.citizen(factories.person())).post("/tai-khoan/anh/").status_code == 405


def send(text: str, key: str) -> Message:
    return outbox.put(kind=Message.Kind.NOTICE, purpose="test", to=PHONE, text=text, dedupe_key=key)


@pytest.mark.parametrize("address", ["/hop-thu-sms/", "/hop-thu-sms/?format=json"])
def test_outside_demo_mode_there_is_no_inbox_for_anybody(client: Client, address: str) -> None:
    delivery.deliver(send("BHXH: bi mat", "test:1").pk)
    admin = factories.officer("quantri", office=None, is_superuser=True)
    for reader in (client, client_of(admin)):
        response = reader.get(address)
        assert response.status_code == 404
        assert "bi mat" not in response.content.decode()


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO_MODE = True


@pytest.mark.usefixtures("demo")
def test_the_inbox_lists_newest_first_and_shows_a_text_only_once_it_was_handed_over(client: Client) -> None:
    delivery.deliver(send("BHXH: tin dau", "test:1").pk)
    send("BHXH: tin sau", "test:2")
    rows = client.get("/hop-thu-sms/?format=json").json()
    assert [set(row) for row in rows] == [{"to", "kind", "text", "status", "at"}] * 2
    assert [(row["text"], row["status"]) for row in rows] == [("", "queued"), ("BHXH: tin dau", "delivered")]
    assert {(row["to"], row["kind"]) for row in rows} == {(PHONE, "notice")}
    for row in rows:
        assert datetime.fromisoformat(row["at"]).utcoffset() is not None


@pytest.mark.usefixtures("demo")
def test_the_inbox_page_shows_what_the_phone_shows(client: Client) -> None:
    delivery.deliver(send("BHXH: <b>tin</b>", "test:1").pk)
    send("BHXH: tin sau", "test:2")
    page = client.get("/hop-thu-sms/").content.decode()
    assert "BHXH: &lt;b&gt;tin&lt;/b&gt;" in page
    assert "tin sau" not in page


@pytest.mark.usefixtures("demo")
def test_the_inbox_shows_two_hundred_at_most(client: Client) -> None:
    for number in range(203):
        send("BHXH: tin", f"test:{number}")
    assert len(client.get("/hop-thu-sms/?format=json").json()) == 200


@pytest.mark.usefixtures("demo")
def test_an_empty_inbox_is_an_empty_list(client: Client) -> None:
    assert client.get("/hop-thu-sms/?format=json").json() == []
    assert "Chưa có tin nhắn nào" in client.get("/hop-thu-sms/").content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("address", ["/doi-mat-khau/", "/tai-khoan/anh/", "/hop-thu-sms/", "/hop-thu-sms/?format=json"])
def test_no_page_of_a_person_is_kept_by_a_browser(address: str) -> None:
    client = client_of(factories.citizen(person_with_portrait("9900000001", "#aa0000")))
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
