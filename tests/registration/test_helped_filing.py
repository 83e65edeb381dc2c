"""Somebody types for somebody else: it is known who, the citizen's own number confirms, and nothing stays behind."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.limits import LIMITS
from registration.models import Declaration
from tests import factories
from tests.registration.at_the_desk import seat
from tests.registration.walking import (
    ADDRESS,
    AGREED,
    ANSWERS,
    CHECK,
    CODE,
    DONE,
    IDENTITY,
    PHONE,
    PHOTOS,
    TRACK,
    Page,
    fill,
    newest_code,
    open_draft,
)

pytestmark = pytest.mark.django_db

START, SWITCH = "/dang-ky/", "/dang-ky/ca-nhan/to-khai/"
HELPER = {"helper_name": "Đoàn Viên Giúp", "helper_relation": "youth"}
HELPED = {"applicant_kind": "individual", **HELPER}


def helped(client: Client, phone: str = "+84999000001") -> Declaration:
    assert client.post(START, HELPED).url == PHONE
    return open_draft(client, phone)


def test_most_people_say_nothing_of_a_helper(client: Client) -> None:
    page = Page(client.get(START))
    assert all("open" not in details.attributes for details in page.all("details"))
    assert client.post(START, {"applicant_kind": "individual"}).url == PHONE
    assert Page(client.get(PHONE)).all("h1")[0].text == "Số điện thoại của bạn"
    draft = fill(client)
    assert (draft.helper_name, draft.helper_relation) == ("", "")
    assert "Người khai giúp" not in client.get(CHECK).content.decode()


def test_the_number_asked_for_is_the_one_of_whoever_is_declared(client: Client) -> None:
    client.post(START, HELPED)
    page = Page(client.get(PHONE))
    assert page.all("h1")[0].text == "Số điện thoại của người được khai"
    assert "Số điện thoại của người được khai" in [label.text for label in page.all("label")]
    assert page.controls("phone")[0]["autocomplete"] == "off"


def test_the_helper_stands_on_the_draft_the_check_page_and_the_desk(client: Client) -> None:
    helped(client)
    draft = fill(client)
    assert (draft.helper_name, draft.helper_relation) == ("Đoàn Viên Giúp", "youth")
    assert "Đoàn Viên Giúp (Đoàn viên" in Page(client.get(CHECK)).all("dl")[0].text
    client.post(CHECK, AGREED)
    desk = seat(factories.officer())
    review = Page(desk.get(f"/admin/registration/declaration/{draft.pk}/change/"))
    (line,) = [e for e in review.elements if "data-helper" in e.attributes]
    assert "Đoàn Viên Giúp (Đoàn viên" in line.text


def test_a_file_without_a_helper_says_nothing_of_one_at_the_desk() -> None:
    filed = factories.filed()
    review = Page(seat(factories.officer()).get(f"/admin/registration/declaration/{filed.pk}/change/"))
    assert not [e for e in review.elements if "data-helper" in e.attributes]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"helper_name": ""}, "helper_name"),
        ({"helper_name": "  \u200b "}, "helper_name"),
        ({"helper_name": "12345"}, "helper_name"),
        ({"helper_name": "Â" * 101}, "helper_name"),
        ({"helper_relation": ""}, "helper_relation"),
        ({"helper_relation": "boss"}, "helper_relation"),
    ],
)
def test_a_helper_has_a_name_and_a_relation_and_what_is_typed_stays(
    client: Client, changes: dict[str, str], refused: str
) -> None:
    page = Page(client.post(START, {**HELPED, **changes}))
    assert page.refusal(refused)
    assert page.value("applicant_kind") == "individual"
    (details,) = page.all("details")
    assert "open" in details.attributes


def test_what_was_said_of_the_helper_stands_there_again(client: Client) -> None:
    client.post(START, HELPED)
    page = Page(client.get(START))
    assert {name: page.value(name) for name in HELPED} == HELPED


def test_a_draft_begun_alone_and_gone_on_with_by_a_helper_names_the_helper(client: Client) -> None:
    draft = fill(client)
    elsewhere, alone = Client(), Client()
    elsewhere.post(START, HELPED)
    for browser in (elsewhere, alone):
        browser.post(PHONE, {"phone": "0999000001"})
        assert browser.post(CODE, {"code": newest_code()}).url == CHECK
        draft.refresh_from_db()
        assert draft.helper_name == "Đoàn Viên Giúp"


@pytest.mark.parametrize("stage", ["half", "filed", "code asked for"])
def test_nothing_of_the_person_before_is_left_in_the_browser(client: Client, stage: str) -> None:
    helped(client)
    fill(client)
    if stage == "filed":
        client.post(CHECK, AGREED)
    if stage == "code asked for":
        client.post(PHONE, {"phone": "0999000001"})
    before = Declaration.objects.get()
    session_before = client.session.session_key
    assert client.post(SWITCH, {"leave": "1"}).url == START
    assert client.session.session_key != session_before
    private = {ANSWERS["full_name"], ANSWERS["id_number"], ANSWERS["bhxh_code"], "999000001", "0999 000 001"}
    private |= {before.file_number} if before.file_number else set()
    pages = {
        path: client.get(path, follow=True) for path in (START, PHONE, CODE, IDENTITY, ADDRESS, CHECK, DONE, TRACK)
    }
    for path, page in pages.items():
        assert not [words for words in private if words in page.content.decode()], path
    for kind in ("portrait", "id_front", "id_back"):
        assert client.get(f"{PHOTOS}{kind}/").status_code == 404
    assert Declaration.objects.get(pk=before.pk).full_name == ANSWERS["full_name"]


def test_the_helper_goes_on_helping_the_next_person_without_typing_their_own_name_again(client: Client) -> None:
    helped(client)
    fill(client)
    client.post(CHECK, AGREED)
    client.post(SWITCH, {"leave": "1"})
    page = Page(client.get(START))
    assert {name: page.value(name) for name in HELPER} == HELPER
    client.post(START, HELPED)
    client.post(PHONE, {"phone": "0999000002"})
    client.post(CODE, {"code": newest_code("+84999000002")})
    second = Declaration.objects.latest("pk")
    assert (str(second.phone), second.helper_name) == ("+84999000002", "Đoàn Viên Giúp")


def test_a_helper_of_a_family_with_one_phone_helps_with_the_next_draft_too(client: Client) -> None:
    first = helped(client)
    fill(client)
    client.post(SWITCH, {"new": "1"})
    second = Declaration.objects.exclude(pk=first.pk).get()
    assert (second.phone, second.helper_name) == (first.phone, "Đoàn Viên Giúp")


def test_leaving_a_browser_where_nobody_declared_is_harmless(client: Client) -> None:
    assert client.post(SWITCH, {"leave": "1"}).url == START
    assert client.get(START).status_code == 200


def test_one_proof_of_a_phone_begins_only_so_many_declarations(client: Client) -> None:
    """Each may be filed; a phone proved once must not fill an office's queue."""
    open_draft(client)
    for _ in range(LIMITS["draft.phone"].count):
        Declaration.objects.all().delete()
        assert client.post(SWITCH, {"new": "1"}).url == IDENTITY
    Declaration.objects.all().delete()
    refused = Page(client.post(SWITCH, {"new": "1"}, follow=True))
    assert "quá nhiều lần" in refused.html
    assert not Declaration.objects.exists()
    other = Client()
    open_draft(other, "+84999000002")
    Declaration.objects.all().delete()
    assert other.post(SWITCH, {"new": "1"}).url == IDENTITY
    assert Declaration.objects.count() == 1
