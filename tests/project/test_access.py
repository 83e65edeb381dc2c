"""Who may open what: one rule for every address of the portal, walked as every kind of person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, FormerProvince, Person, User
from accounts.services import access
from cards.models import BenefitLevel, Card, ObjectGroup, ParticipationPeriod
from registration.models import Declaration
from tests import factories
from tests.project.test_health_and_headers import assert_guarded
from tests.registration import walking

pytestmark = pytest.mark.django_db

CITIZENS = ("citizen", "neighbour")
CLINICS = ("clinic", "other_clinic")
OFFICERS = ("officer", "other_officer", "administrator")
PEOPLE = ("anonymous", "newcomer", *CITIZENS, *CLINICS, *OFFICERS)

# What an answer comes to: its status, or the name of the page it leads to.
Outcome = int | str
Rule = dict[str, Outcome]
LOGIN, STAFF_LOGIN, OWN_PASSWORD = "→ accounts:login", "→ admin:login", "→ accounts:change_password"


def rule(everyone: Outcome, **exceptions: Outcome) -> Rule:
    """Whoever came in with a one-time password sets their own first, wherever they wanted to go."""
    return {**dict.fromkeys(PEOPLE, everyone), "newcomer": OWN_PASSWORD, **exceptions}


def staff(everyone: Outcome, **exceptions: Outcome) -> Rule:
    """Who is no staff is led to the desk's own login."""
    return rule(STAFF_LOGIN, **{**dict.fromkeys(OFFICERS, everyone), **exceptions})


OPEN = rule(200)
OWN_DATA = rule(404, anonymous=LOGIN, **dict.fromkeys(CITIZENS, 200))
CLINIC_DESK = rule(404, anonymous=LOGIN, **dict.fromkeys(CLINICS, 200))
# Where whoever is signed in already belongs.
HOME = {
    **dict.fromkeys(CITIZENS, "→ cards:card"),
    **dict.fromkeys(CLINICS, "→ cards:clinic"),
    **dict.fromkeys(OFFICERS, "→ admin:index"),
}
NEEDS_A_DRAFT = rule("→ registration:phone")
TO_POST_ONLY = rule(405, newcomer=405)

PAGES = {
    "": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "dang-nhap/": rule(200, **HOME),
    "dang-nhap/chuyen-thiet-bi/": rule(LOGIN, **HOME),
    "dang-xuat/": TO_POST_ONLY,
    "doi-mat-khau/": rule(200, anonymous=LOGIN, newcomer=200),
    "tai-khoan/": OWN_DATA,
    "tai-khoan/luot-xem/": OWN_DATA,
    "tai-khoan/anh/": OWN_DATA,
    "hop-thu-sms/": rule(404),
    "dang-ky/": OPEN,
    "dang-ky/ca-nhan/": OPEN,
    "dang-ky/ca-nhan/ma/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/thong-tin/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/anh/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/anh/<slug:kind>/": rule(404),
    "dang-ky/ca-nhan/dia-chi/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/kiem-tra/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/xong/": rule("→ registration:start"),
    "ho-so/": OPEN,
    "the-bhyt/": OWN_DATA,
    "qua-trinh-tham-gia/": OWN_DATA,
    "co-so-kcb/": CLINIC_DESK,
    "co-so-kcb/anh/<int:event_id>/": CLINIC_DESK | {"other_clinic": 404},
}

# Files of one office, for its own officers; an administrator without an office sees none.
OWN_FILES = staff(404, officer=200, administrator=403)
FILE = "admin/registration/declaration/"
NEVER = staff(403)
DECISION = OWN_FILES | {"officer": "→ admin:registration_declaration_change"}  # back to the file, nothing decided
UNKNOWN_TO_DJANGO = "→ admin:index"  # its answer for an object that is not there
DESK_PAGES = {
    "admin/": staff(200),
    "admin/login/": rule(200, **dict.fromkeys(OFFICERS, "→ admin:index")),
    "admin/logout/": rule("→ admin:index", **dict.fromkeys(OFFICERS, 405)),
    "admin/password_change/": staff(OWN_PASSWORD),
    "admin/password_change/done/": staff(200),
    "admin/autocomplete/": NEVER,
    "admin/jsi18n/": staff(200),
    "admin/r/<path:content_type_id>/<path:object_id>/": staff(404),
    "admin/^(?P<app_label>…)/$": staff(404, administrator=200),
    "admin/(?P<url>.*)$": staff(404),
    FILE: staff(200, administrator=403),
    f"{FILE}add/": NEVER,
    f"{FILE}<path:object_id>/": staff("→ admin:registration_declaration_change"),
    f"{FILE}<path:object_id>/change/": OWN_FILES,
    f"{FILE}<path:object_id>/history/": staff(UNKNOWN_TO_DJANGO, officer=200),
    f"{FILE}<path:object_id>/delete/": NEVER,
    f"{FILE}<int:pk>/receive/": DECISION,
    f"{FILE}<int:pk>/accept/": DECISION,
    f"{FILE}<int:pk>/refuse/": DECISION,
    f"{FILE}<int:pk>/resend/": DECISION,
    f"{FILE}<int:pk>/photo/<slug:kind>/": OWN_FILES,
}

# What an administrator may open of every other model, and no officer.
READ, EDIT, ALL = "change history", "add change history", "add change history delete"
MODELS = {
    "accounts/province": EDIT,
    "accounts/facility": EDIT,
    "accounts/ward": EDIT,
    "accounts/office": EDIT,
    "accounts/formerprovince": READ,
    "accounts/person": READ,
    "accounts/message": READ,
    "accounts/event": READ,
    "accounts/user": EDIT,
    "cards/benefitlevel": ALL,
    "cards/objectgroup": ALL,
    "cards/card": READ,
    "cards/participationperiod": READ,
    "otp_totp/totpdevice": ALL,
    "otp_static/staticdevice": ALL,
}


def pages_of(model: str, allowed: str) -> Iterator[tuple[str, Rule]]:
    front, one = f"admin/{model}/", f"admin/{model}/<path:object_id>/"
    yield front, staff(403, administrator=200)
    yield one, staff(f"→ admin:{model.replace('/', '_')}_change")
    pages = {"add": f"{front}add/", **{name: f"{one}{name}/" for name in ("change", "history", "delete")}}
    for name, route in pages.items():
        yield route, staff(403, administrator=200 if name in allowed.split() else 403)


TABLE = {**PAGES, **DESK_PAGES}
for model, allowed in MODELS.items():
    TABLE.update(pages_of(model, allowed))

# Nobody's data: these alone may be kept by a browser.
NOBODYS_DATA = {"", "healthz", "readyz", "admin/jsi18n/", "admin/password_change/done/"}
ONLY_TO_READ = {
    "dang-ky/ca-nhan/anh/<slug:kind>/",
    "dang-ky/ca-nhan/xong/",
    "hop-thu-sms/",
    "qua-trinh-tham-gia/",
    "tai-khoan/",
    "tai-khoan/anh/",
    "tai-khoan/luot-xem/",
    "the-bhyt/",
    "co-so-kcb/anh/<int:event_id>/",
}


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield re.sub(r"(<app_label>)[\w|]+", r"\1…", route)


class Portal(NamedTuple):
    """Something to find behind every address, and everybody who may come."""

    file: Declaration
    look: Event
    known: dict[str, str]
    people: dict[str, User]

    def client(self, who: str, **options: Any) -> Client:
        client = Client(**options)
        return client if who == "anonymous" else factories.signed_in(self.people[who], client)

    def address(self, route: str) -> str:
        """The route with something that exists."""
        a_model = re.match(r"admin/(\w+/\w+)/<path:object_id>/", route)
        if a_model:
            route = route.replace("<path:object_id>", self.known[a_model[1]])
        for part in re.findall(r"<int:\w+>|<slug:\w+>|<path:.*>|\^?\(.*\$", route):
            route = route.replace(part, self.known[part])
        return f"/{route}"


def something_to_find(file: Declaration, look: Event) -> dict[str, str]:
    """What to put into a route: for each part of an address, and for each model of the desk."""
    rows = {model: apps.get_model(model.replace("/", "."))._default_manager.order_by("pk")[0] for model in MODELS}
    return {
        **{model: str(row.pk) for model, row in rows.items()},
        "registration/declaration": str(file.pk),
        "<int:event_id>": str(look.pk),
        "<int:pk>": str(file.pk),
        "<slug:kind>": "portrait",
        "<path:content_type_id>/<path:object_id>": f"{ContentType.objects.get_for_model(Person).pk}/{look.person_id}",
        "^(?P<app_label>…)/$": "accounts/",
        "(?P<url>.*)$": "khong-co",
    }


@pytest.fixture
def portal() -> Portal:
    persons = [factories.person(f"990000000{number}") for number in (1, 2, 3)]
    persons[0].portrait.save("", ContentFile(factories.jpeg((60, 80))))
    persons[1].portrait.save("", ContentFile(factories.jpeg((60, 80), "#888888")))
    people = {
        "citizen": factories.citizen(persons[0]),
        "neighbour": factories.citizen(persons[1]),
        "newcomer": factories.citizen(persons[2], must_change_password=True),
        "officer": factories.officer(),
        "other_officer": factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm")),
        "administrator": factories.officer("quantri", office=None, is_superuser=True),
        "clinic": factories.desk(),
        "other_clinic": factories.desk("01021_BV", facility=factories.facility("01021", "Bệnh viện Khác")),
    }
    level = BenefitLevel.objects.create(level=4, rate_percent=80, meaning="-")
    group = ObjectGroup.objects.create(code="GD", name="Hộ gia đình", default_level=level, payer_group=5)
    Card.objects.create(
        person=persons[0],
        card_number=persons[0].bhxh_code,
        object_group=group,
        benefit_level=level,
        facility=factories.facility(),
        office=factories.office(),
        issuing_place="Hà Nội",
        issued_on="2026-01-01",
        valid_from="2026-01-01",
    )
    ParticipationPeriod.objects.create(person=persons[0], scheme="bhxh", from_month="2020-01-01", employer="-")
    FormerProvince.objects.create(code="35", name="Hà Nam", successor=factories.province())
    for device in (TOTPDevice, StaticDevice):
        device.objects.create(user=people["officer"], name="-")
    look = access.record(
        "card.checked",
        actor=people["clinic"],
        person_id=persons[0].pk,
        object_type="person",
        object_id=persons[0].pk,
        detail={"facility": "01020", "reason": "care", "by": "typed"},
    )
    file = factories.filed()
    return Portal(file, look, something_to_find(file, look), people)


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
    for route in TABLE:
        response = client.post(portal.address(route))
        assert response.status_code == 403, route
        assert_guarded(response)
    assert rows() == before


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "officer"])
def test_a_file_is_decided_by_its_own_officers_only(portal: Portal, who: str) -> None:
    client, before = portal.client(who), rows()
    expected = {"other_officer": 404, "administrator": 403, "newcomer": OWN_PASSWORD}.get(who, STAFF_LOGIN)
    for step in ("receive", "accept", "refuse", "resend"):
        decision = {"reason": "other", "words": "x"}
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
    before = rows()
    assert "data-result" in portal.client("clinic").get("/co-so-kcb/", {"xem": portal.look.pk}).content.decode()
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
