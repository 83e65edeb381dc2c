"""No English reaches the desk: neither Django's own words nor django-otp's."""

from __future__ import annotations

import gettext
import json
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Alarm, Event, Message, Province, UnknownReport
from accounts.services import alerts
from accounts.sms import outbox
from cards.models import Card, ParticipationPeriod
from tests import factories
from tests.project.source_messages import LOCALE, entries
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

CATALOGUES = ["vi/LC_MESSAGES/django", "vi/LC_MESSAGES/djangojs", "en/LC_MESSAGES/django"]
ENGLISH = set(
    re.findall(
        r"\w+",
        """
        about action add added after already and any are breadcrumbs by cannot change changed
        characters choose close code confirm confirmed correct counts created data date delete
        deleted device devices empty enter entries entry error errors field fields filter forgotten
        from go hide history home identity incorrect invalid is item key link log login logout main
        matches model must name navigation new none not number objects of one or password permission
        please recent required reset results save search see select selected show sidebar skip sorry
        state static that the theme this throttling timestamps today toggle token totp type unknown
        user username valid value view was welcome whether with wrong year you your
        """,
    )
)
SEEN_OR_SAID = ("alt", "title", "aria-label", "placeholder")
# A word of its own: neither a piece of a Vietnamese word nor of a code such as "session.started".
WORD = re.compile(r"(?<![\w.'-])[a-z]+(?![\w'-]|\.\w)", re.IGNORECASE)


def words_of(page: Page) -> set[str]:
    """What is read on the page, and what a screen reader says beside it."""
    (body,) = page.all("body")
    hidden = "".join(word for script in page.all("script") for word in script.words)
    said = [e.attributes[name] for e in page.elements for name in SEEN_OR_SAID if name in e.attributes]
    pressed = [e.get("value") or "" for e in page.all("input", type="submit")]
    title = page.all("title")[0].text
    return {word.lower() for word in WORD.findall(" ".join([body.text.replace(hidden, " "), title, *said, *pressed]))}


def assert_vietnamese(response: Any) -> None:
    page = Page(response)
    assert page.all("html", lang="vi")
    english = words_of(page) & ENGLISH
    assert not english, f"{response.request['PATH_INFO']}: {sorted(english)}"


@pytest.fixture
def desk() -> Client:
    """An administrator in front of a portal with a row of everything."""
    call_command("load_card_terms", verbosity=0)
    person = factories.person()
    factories.facility()
    alerts.open_dispute(factories.citizen(person), None)
    factories.filed(full_name="Trần Thị Hai")
    officer = factories.officer()
    administrator = factories.officer("quantri", office=None, is_superuser=True)
    TOTPDevice.objects.create(user=officer, name="điện thoại")
    Alarm.objects.create(kind=Alarm.Kind.SLOW, subject="otp", last_at=timezone.now())
    UnknownReport.objects.create(gateway="a", code="73", last_at=timezone.now())
    outbox.put(kind=Message.Kind.CREDENTIALS, purpose="test", to="+84999000001", text="BHXH: 1", dedupe_key="x:1")
    return factories.signed_in(administrator)


def lists(client: Client) -> list[tuple[Any, str]]:
    index = Page(client.get("/admin/"))
    linked = {a["href"] for a in index.all("a")}
    found = []
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if path in linked:
            found.append((model, path))
    return found


def test_every_list_of_an_administrator_is_vietnamese(desk: Client) -> None:
    assert_vietnamese(desk.get("/admin/"))
    seen = lists(desk)
    assert len(seen) >= 11
    for model, path in seen:
        for query in ("", "?q=khong-co", "?o=1", "?p=0", "?e=1"):
            assert_vietnamese(desk.get(path + query, follow=True))
        assert_vietnamese(desk.get(f"/admin/{model._meta.app_label}/"))


def test_every_row_and_its_history_are_vietnamese(desk: Client) -> None:
    visited = 0
    for model, path in lists(desk):
        row = model._default_manager.first()
        if row is None:
            assert model in (Card, ParticipationPeriod) or model._meta.model_name == "formerprovince", model
            continue
        assert_vietnamese(desk.get(f"{path}{row.pk}/change/"))
        assert_vietnamese(desk.get(f"{path}{row.pk}/history/"))
        visited += 1
    assert visited >= 10


def test_every_form_left_empty_or_filled_with_nonsense_answers_in_vietnamese(desk: Client) -> None:
    filled = 0
    for _model, path in lists(desk):
        form = desk.get(f"{path}add/")
        if form.status_code == 403:
            continue
        assert_vietnamese(form)
        fields = {e["name"] for e in Page(form).elements if e.tag in {"input", "select", "textarea"} and e.get("name")}
        names = [name for name in fields if "csrf" not in name and not name.startswith("_") and "FORMS" not in name]
        management = {name: "0" for name in fields if "FORMS" in name}
        for nonsense in ("", "?!\0", "x" * 300):
            answer = desk.post(f"{path}add/", {**management, **dict.fromkeys(names, nonsense)})
            assert answer.status_code in (200, 400), path  # 400: PostgreSQL takes no NUL, not even to look for it
            assert_vietnamese(answer)
        filled += 1
    assert filled >= 6


def test_what_is_said_after_saving_is_vietnamese(desk: Client) -> None:
    province = {"code": "98", "name": "Thử", "full_name": "Tỉnh Thử", "unit": "Tỉnh"}
    values = {**province, "valid_from": "01/07/2025", "valid_to": ""}
    answer = desk.post("/admin/accounts/province/add/", values, follow=True)
    made = Province.objects.get(code="98")
    assert (made.valid_from.day, made.valid_from.month) == (1, 7)
    assert_vietnamese(answer)
    changed = desk.post(
        "/admin/accounts/province/98/change/", {**values, "name": "Khác", "_continue": "1"}, follow=True
    )
    assert Province.objects.get(code="98").name == "Khác"
    assert_vietnamese(changed)
    assert_vietnamese(desk.get("/admin/accounts/province/98/history/"))
    assert_vietnamese(desk.get("/admin/"))


def test_the_officers_pages_are_vietnamese() -> None:
    factories.person()
    filed = factories.filed()
    client = factories.signed_in(factories.officer())
    for path in ("", "registration/", "registration/declaration/", f"registration/declaration/{filed.pk}/change/"):
        assert_vietnamese(client.get(f"/admin/{path}"))
    refused = client.post(f"/admin/registration/declaration/{filed.pk}/refuse/", {"reason": ""})
    assert_vietnamese(refused)
    assert_vietnamese(client.post("/admin/logout/"))
    assert Event.objects.filter(action="session.ended").count() == 1


@pytest.mark.parametrize("typed", [{}, {"username": "canbo"}, {"username": "canbo", "password": "sai"}])
def test_the_door_of_the_desk_is_vietnamese(typed: dict[str, str]) -> None:
    client = Client()
    assert_vietnamese(client.get("/admin/login/"))
    assert_vietnamese(client.post("/admin/login/", typed))
    citizen = factories.signed_in(factories.citizen(factories.person()))
    assert_vietnamese(citizen.get("/admin/", follow=True))


@pytest.mark.parametrize("token", ["", "000000"])
def test_the_second_factor_is_asked_for_in_vietnamese(client: Client, settings: Any, token: str) -> None:
    settings.STAFF_SECOND_FACTOR = True
    TOTPDevice.objects.create(user=factories.officer(), name="-")
    for _ in range(3):  # the second wrong code within a second is refused for haste
        answer = client.post("/admin/login/", {"username": "canbo", "password": factories.PASSWORD, "otp_token": token})
        assert_vietnamese(answer)
        page = Page(answer)
        (field,) = page.controls("otp_token")
        said = " ".join(e.text for e in page.elements if e.get("id") in field["aria-describedby"].split())
        assert "6 chữ số" in said


def test_the_rules_of_a_password_are_vietnamese() -> None:
    assert not {word.lower() for text in password_validators_help_texts() for word in WORD.findall(text)} & ENGLISH


def test_the_calendar_of_the_desk_is_vietnamese(desk: Client) -> None:
    script = desk.get("/admin/jsi18n/").content.decode()
    for english, vietnamese in (("Sunday", "Chủ nhật"), ("abbrev. day Monday\\u0004Mon", "T2"), ("January", "Tháng")):
        found = re.search(rf'"{re.escape(english)}": (".*?")', script)
        assert found, english
        assert json.loads(found[1]).startswith(vietnamese)


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_compiled_is_what_is_written(name: str) -> None:
    with (LOCALE / f"{name}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = entries(name)
    assert len(written) >= 10
    for entry in written:
        if len(entry.ids) > 1:
            assert compiled.ngettext(*entry.ids, 2) == entry.texts[-1]
        elif entry.context:
            assert compiled.pgettext(entry.context, entry.ids[0]) == entry.texts[0]
        else:
            assert compiled.gettext(entry.ids[0]) == entry.texts[0]
    compiled_ids = [key for key in vars(compiled)["_catalog"] if key]
    assert len(compiled_ids) == sum(len(entry.texts) for entry in written), "compile again: msgfmt --check -o x.mo x.po"


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_keeps_the_places_of_its_values(name: str) -> None:
    place = re.compile(r"%\(\w+\)[a-z]|%[ds]|\{\w*\}")
    for entry in entries(name):
        for text in entry.texts:
            assert text, entry.ids
            assert set(place.findall(text)) <= set(place.findall(entry.ids[-1])), entry.ids
