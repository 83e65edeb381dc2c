"""Who may open what: one rule for every address of the portal, walked as every kind of person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve

from accounts.models import Person, User
from registration.models import Declaration
from tests import factories
from tests.project.access_table import (
    CHANGES_WORDS_ONLY,
    CITIZENS,
    FILE,
    LOGIN,
    NOBODYS_DATA,
    ONLY_TO_READ,
    OWN_PASSWORD,
    PEOPLE,
    PROVED_OTHERWISE,
    STAFF_LOGIN,
    TABLE,
    UNKNOWN_TO_DJANGO,
    Outcome,
)
from tests.project.guarding import assert_guarded
from tests.project.populated import Portal, populated
from tests.registration import walking

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    return populated()


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield re.sub(r"(<app_label>)[\w|]+", r"\1…", route)


def outcome(response: Any) -> Outcome:
    if response.status_code in (301, 302):
        return f"→ {resolve(urlsplit(response.url).path).view_name}"
    return int(response.status_code)


def rows() -> dict[str, int]:
    """How much of everything there is; a browser's session is no trace of what it did."""
    return {model.__name__: model._default_manager.count() for model in apps.get_models() if model is not Session}


def as_shown(response: Any) -> tuple[Outcome, str]:
    """What someone who tries numbers could tell one answer from another by."""
    return outcome(response), re.sub(r'csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    there = set(routes(get_resolver()))
    assert (there - TABLE.keys(), TABLE.keys() - there) == (set(), set())


@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_answers_as_its_rule_says(portal: Portal, who: str) -> None:
    client, wrong = portal.client(who), {}
    for route, expected in TABLE.items():
        response = client.get(portal.address(route))
        assert_guarded(response)
        if outcome(response) != expected[who]:
            wrong[route] = f"{outcome(response)}, not {expected[who]}"
        if response.status_code == 200 and route not in NOBODYS_DATA:
            assert "no-store" in response["Cache-Control"], route
    assert wrong == {}


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_may_not_open_a_page_may_not_send_it_anything_either(portal: Portal, who: str) -> None:
    client, before = portal.client(who), rows()
    refused = {route: rule[who] for route, rule in TABLE.items() if rule[who] in (403, 404, LOGIN, STAFF_LOGIN)}
    got = {route: outcome(client.post(portal.address(route))) for route in refused}
    assert {route: got[route] for route in got if got[route] not in (405, refused[route])} == {}
    assert rows() == before


@pytest.mark.parametrize("who", ["citizen", "officer", "clinic", "administrator"])
def test_what_is_only_to_be_read_takes_nothing(portal: Portal, who: str) -> None:
    client = portal.client(who)
    got = {route: client.post(portal.address(route)).status_code for route in ONLY_TO_READ}
    assert got == dict.fromkeys(ONLY_TO_READ, 405)


def test_nothing_is_taken_from_a_form_of_another_site(portal: Portal) -> None:
    client = portal.client("administrator", enforce_csrf_checks=True)
    before = rows()
    for route in TABLE.keys() - PROVED_OTHERWISE - CHANGES_WORDS_ONLY:
        response = client.post(portal.address(route))
        assert response.status_code == 403, route
        assert_guarded(response)
    assert rows() == before


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "officer"])
def test_a_file_is_decided_by_its_own_officers_only(portal: Portal, who: str) -> None:
    client, before = portal.client(who), rows()
    others = {"other_officer": 404, "commune_officer": 404, "supervisor": 403, "administrator": 403}
    expected = {**others, "newcomer": OWN_PASSWORD}.get(who, STAFF_LOGIN)
    for step in ("receive", "accept", "refuse", "ask", "resend"):
        decision = {"reason": "other", "words": "x", "items": ["portrait"], "ask_words": "x"}
        assert outcome(client.post(f"/{FILE}{portal.file.pk}/{step}/", decision)) == expected, step
    assert rows() == before
    portal.file.refresh_from_db()
    assert portal.file.state == "filed"


@pytest.mark.parametrize("hidden", ["of another office", "of another ward", "not filed yet"])
def test_a_file_that_is_not_theirs_is_to_an_officer_as_if_it_were_not_there(portal: Portal, hidden: str) -> None:
    if hidden == "of another ward":
        User.objects.filter(pk=portal.people["officer"].pk).update(ward=factories.ward("00008", "Ngọc Hà"))
    if hidden == "not filed yet":
        Declaration.objects.filter(pk=portal.file.pk).update(state="draft", file_number=None)
    client = portal.client("other_officer" if hidden == "of another office" else "officer")
    missing = portal.file.pk + 100_000
    sent = dict.fromkeys(["receive/", "accept/", "refuse/", "resend/"], (client.post, 404))
    read = {"change/": 404, "photo/portrait/": 404, "history/": UNKNOWN_TO_DJANGO}
    for page, (ask, expected) in {**sent, **{page: (client.get, answer) for page, answer in read.items()}}.items():
        there, nowhere = (ask(f"/{FILE}{pk}/{page}") for pk in (portal.file.pk, missing))
        assert outcome(there) == expected, page
        assert as_shown(there) == as_shown(nowhere), page


def test_a_photo_of_anothers_draft_is_as_if_it_were_not_there() -> None:
    mine, another = Client(), Client()
    walking.fill(mine)
    walking.open_draft(another, "+84999000002")
    photo, nothing = f"{walking.PHOTOS}portrait/", f"{walking.PHOTOS}khong-co/"
    assert mine.get(photo).status_code == 200
    for stranger in (another, Client()):
        assert stranger.get(photo).status_code == 404
        assert stranger.get(photo).content == stranger.get(nothing).content


def test_everyone_sees_their_own_portrait(portal: Portal) -> None:
    mine, neighbours = (b"".join(portal.client(who).get("/tai-khoan/anh/")) for who in CITIZENS)
    with Person.objects.get(bhxh_code="9900000001").portrait.open() as file:
        assert mine == file.read()
    assert neighbours != mine


def test_a_look_of_another_clinic_is_as_if_it_had_never_been(portal: Portal) -> None:
    missing = portal.look.pk + 100_000
    for who in ("other_clinic", "citizen", "officer", "administrator"):
        client = portal.client(who)
        there, nowhere = (client.get(f"/co-so-kcb/anh/{pk}/") for pk in (portal.look.pk, missing))
        assert outcome(there) == 404, who
        assert as_shown(there) == as_shown(nowhere)


def test_what_a_clinic_saw_is_shown_again_to_no_other_account(portal: Portal) -> None:
    missing = portal.look.pk + 100_000
    for who, expected in {"other_clinic": 200, **dict.fromkeys(("citizen", "officer", "administrator"), 404)}.items():
        client = portal.client(who)
        there, nowhere = (client.get("/co-so-kcb/", {"xem": pk}) for pk in (portal.look.pk, missing))
        assert outcome(there) == expected, who
        assert as_shown(there) == as_shown(nowhere)
        assert "data-result" not in there.content.decode()
    own = portal.client("clinic")
    before = rows()
    assert "data-result" in own.get("/co-so-kcb/", {"xem": portal.look.pk}).content.decode()
    assert rows() == before


def test_the_page_before_a_look_of_someone_else_holds_nothing_of_theirs(portal: Portal) -> None:
    client = portal.client("neighbour")
    older, newest = (client.get("/tai-khoan/luot-xem/", {"truoc": pk}) for pk in (portal.look.pk, 10**9))
    for response in (older, newest):
        assert response.status_code == 200
        assert "data-look" not in response.content.decode()
    assert "data-look" in portal.client("citizen").get("/tai-khoan/luot-xem/").content.decode()


ELSEWHERE = [
    "https://example.com/",
    "//example.com/",
    "///example.com/",
    "/\\example.com/",
    "\\\\example.com/",
    "/\t/example.com/",
    " //example.com/",
    "https:example.com",
    "https:///example.com",
    "http://127.0.0.1@example.com/",
    "http://127.0.0.1.example.com/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aLocation:https://example.com",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_login_leads_to_another_site(target: str) -> None:
    factories.citizen(factories.person())
    factories.officer()
    citizens = Client().post("/dang-nhap/", {"username": "9900000001", "password": factories.PASSWORD, "next": target})
    officers = Client().post(
        f"/admin/login/?next={target}", {"username": "canbo", "password": factories.PASSWORD, "next": target}
    )
    for response in (citizens, officers):
        assert response.status_code == 302
        parts = urlsplit(response.url)
        assert (parts.scheme, parts.netloc) == ("", "")
        assert re.match(r"/[\w%-]|/$", response.url)


def test_a_take_over_leads_to_no_other_site_either() -> None:
    factories.signed_in(factories.citizen(factories.person()))
    client, page = Client(), "/dang-nhap/chuyen-thiet-bi/"
    asked = {"username": "9900000001", "password": factories.PASSWORD, "next": "//example.com/"}
    assert client.post("/dang-nhap/", asked).url == page
    client.post(page, {"send": "1", "next": "//example.com/"})
    assert client.post(page, {"code": walking.newest_code(), "next": "//example.com/"}).url == "/the-bhyt/"


def test_the_inbox_of_the_demo_is_there_in_demo_mode_only(settings: Any) -> None:
    factories.filed()
    for query in ("", "?format=json"):
        settings.DEMO_MODE = False
        hidden = Client().get(f"/hop-thu-sms/{query}")
        assert hidden.status_code == 404
        assert b"00001/" not in hidden.content
        settings.DEMO_MODE = True
        assert Client().get(f"/hop-thu-sms/{query}").status_code == 200
