"""The address of a look at a card: whom it is shown, for how long, and what is written down."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.limits import LIMITS, Limit
from accounts.models import Event, Person, User
from accounts.services import sessions
from cards.models import Card
from tests import factories
from tests.cards.clinic import (
    BORN,
    CLINIC,
    THU,
    THU_BORN,
    ask,
    compared,
    field,
    look,
    opened,
    shown,
    verdicts,
    with_portrait,
)
from tests.cards.desks import MAU, our_code
from tests.registration.walking import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still", "register")]

# Session, account, its turn and its rights (two); then the person and the event.
LOOK_QUERIES = 7
# A BHYT code is compared with the card.
SCAN_QUERIES = LOOK_QUERIES + 1
# The same five; then the event, the person and the card.
SHOW_QUERIES = 8
# A person whose latest card is not the valid one costs one more; so do a thousand cards.
MOST_SHOW_QUERIES = SHOW_QUERIES + 1
GONE = "Lượt xem này đã quá 10 phút, hoặc không phải của tài khoản này. Quét hoặc gõ lại."


@pytest.fixture
def desk(desk: User) -> Client:
    """The desk's browser, signed in."""
    return factories.signed_in(desk)


def test_a_look_leads_to_its_own_address_where_reload_and_back_record_nothing(desk):
    response = ask(desk, MAU, BORN)
    event = Event.objects.get(action="card.checked")
    assert (response.status_code, response.url) == (302, f"{CLINIC}?xem={event.pk}")
    assert "no-store" in response["Cache-Control"]
    assert response.content == b""
    other = look(desk, THU, THU_BORN)
    before = Event.objects.count()
    for address, name in ((response.url, "Nguyễn Văn Mẫu"), (other, "Trần Thị Thử"), (response.url, "Nguyễn Văn Mẫu")):
        assert "no-store" in desk.get(address)["Cache-Control"]
        assert name in opened(desk, address).html
    assert desk.head(response.url).status_code == 200
    assert Event.objects.count() == before


def test_a_look_shown_again_is_the_card_of_that_moment(desk):
    address = look(desk, MAU, BORN)
    Card.objects.filter(person__bhxh_code=MAU).update(status=Card.Status.REVOKED)
    assert verdicts(opened(desk, address))[0].get("data-state") == "revoked"


def shows_nobody(page: Page) -> bool:
    is_plain = "Kiểm tra thẻ" in page.all("h1")[0].text and "autofocus" in field(page, "card").attributes
    return is_plain and verdicts(page) == [] and MAU not in page.html and "Nguyễn Văn Mẫu" not in page.html


def test_a_look_is_shown_for_ten_minutes_then_the_plain_form_says_so(desk, monkeypatch):
    address, now = look(desk, MAU, BORN), timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=9, seconds=55))
    assert verdicts(opened(desk, address))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=10, seconds=1))
    page = opened(desk, address)
    assert shows_nobody(page)
    assert page.status == GONE
    assert opened(desk, CLINIC).status == ""


def test_nobody_elses_look_is_shown_nor_any_other_event(desk):
    person = with_portrait()
    address = look(desk, MAU, BORN)
    colleague = factories.signed_in(factories.desk("01020_BV2"))
    page = opened(colleague, address)
    assert shows_nobody(page)
    assert compared(colleague.get(address)) == compared(colleague.get(f"{CLINIC}?xem=987654321"))
    for other in (
        factories.signed_in(factories.citizen(person)),
        factories.signed_in(factories.officer("quantri", office=None, is_superuser=True)),
    ):
        assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    user = User.objects.get(username="01020_BV")
    for action in ("card.check_missed", "session.started", "photo.viewed", "card.seen"):
        event = Event.objects.create(
            action=action, actor_id=user.pk, person_id=person.pk, object_type="person", object_id=str(person.pk)
        )
        assert shows_nobody(opened(desk, f"{CLINIC}?xem={event.pk}"))


@pytest.mark.parametrize("asked", ["", "0", "-1", "1.0", "a", MAU, "٣", "\x00", "9" * 18, "9" * 30, "9" * 5000, "<b>"])
def test_what_is_no_look_of_this_desk_is_answered_with_the_plain_form(desk, asked):
    look(desk, MAU, BORN)
    response = desk.get(CLINIC, {"xem": asked})
    assert response.status_code == 200
    assert shows_nobody(Page(response))
    assert Page(response).status == GONE


def test_an_event_stands_before_anything_is_shown_and_without_it_nothing_is(desk):
    ask(desk, MAU, BORN)
    assert Event.objects.filter(action="card.checked").count() == 1

    def refuse_events(execute, sql, params, many, context):
        if "INSERT INTO" in sql and "accounts_event" in sql:
            raise DatabaseError("no more room")
        return execute(sql, params, many, context)

    desk.raise_request_exception = False
    with connection.execute_wrapper(refuse_events):
        response = ask(desk, MAU, BORN)
    assert response.status_code == 500
    for secret in ("Nguyễn Văn Mẫu", MAU, "data-result"):
        assert secret not in response.content.decode()


def test_the_event_names_the_desk_the_person_and_why_in_codes(desk):
    ask(desk, MAU, BORN, reason="payment")
    event = Event.objects.get(action="card.checked")
    person = Person.objects.get(bhxh_code=MAU)
    assert event.actor_id == User.objects.get(username="01020_BV").pk
    assert (event.person_id, event.object_type, event.object_id) == (person.pk, "person", str(person.pk))
    assert event.detail == {"facility": "01020", "reason": "payment", "by": "typed"}


def test_nothing_of_the_patient_is_left_in_the_desks_session(desk):
    ask(desk, MAU, BORN)
    kept = {name: value for name, value in desk.session.items() if not name.startswith("_auth")}
    assert kept.keys() == {"clinic_reason", sessions.DEVICE, sessions.USED}
    assert kept["clinic_reason"] == "care"


@pytest.mark.parametrize("code", [MAU, "9900000020"])
def test_the_number_of_queries_is_the_same_for_anybody(desk, code, django_assert_num_queries):
    born = {MAU: BORN, "9900000020": "07/05/1984"}[code]
    look(desk, code, born)
    with django_assert_num_queries(LOOK_QUERIES):
        address = look(desk, code, born)
    with django_assert_num_queries(SHOW_QUERIES):
        assert verdicts(opened(desk, address))


def test_a_scan_asks_for_the_card_too(desk, django_assert_num_queries):
    look(desk, MAU, BORN)
    code = our_code()
    with django_assert_num_queries(SCAN_QUERIES):
        look(desk, code)


def test_and_grows_by_one_with_any_number_of_cards(desk, django_assert_num_queries):
    address = look(desk, MAU, BORN)
    for year in range(2027, 2057):
        card = Card.objects.get(person__bhxh_code=MAU, valid_from__year=2026)
        card.pk, card.valid_from = None, card.valid_from.replace(year=year)
        card.save(force_insert=True)
    with django_assert_num_queries(MOST_SHOW_QUERIES):
        assert verdicts(opened(desk, address))


def test_a_used_up_limit_is_said_on_the_form_with_when_to_come_back(desk, monkeypatch):
    monkeypatch.setitem(LIMITS, "check.guess.desk", Limit(1, limits.HOUR, guards_secrets=True))
    assert ask(desk, "9900000099", BORN).status_code == 200
    response = ask(desk, MAU, BORN)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= limits.HOUR
    assert "quá nhiều lần" in response.content.decode()
    assert "Nguyễn Văn Mẫu" not in response.content.decode()


def photo_of(desk: Client) -> str:
    """Address of the picture the desk's latest look shows."""
    page = shown(desk, MAU, BORN)
    return str(page.all("img")[0].get("src"))


def test_the_photo_is_shown_to_the_desk_that_looked(desk):
    with_portrait()
    address = photo_of(desk)
    assert re.fullmatch(rf"{CLINIC}anh/\d+/", address)
    response = desk.get(address)
    assert b"".join(response.streaming_content) == factories.jpeg()
    assert response["Content-Type"] == "image/jpeg"
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}
    assert desk.post(address).status_code == 405


def test_without_a_photo_the_desk_is_told_what_to_compare(desk):
    page = shown(desk, MAU, BORN)
    assert "Chưa có ảnh: đối chiếu giấy tờ có ảnh" in page.html
    assert "với ảnh" not in page.html
    assert page.all("img") == []
    event = Event.objects.get(action="card.checked")
    assert desk.get(f"{CLINIC}anh/{event.pk}/").status_code == 404


def test_the_photo_is_there_for_ten_minutes(desk, monkeypatch):
    with_portrait()
    address, now = photo_of(desk), timezone.now()
    for passed, status in ((timedelta(minutes=9, seconds=55), 200), (timedelta(minutes=10, seconds=1), 404)):
        monkeypatch.setattr("django.utils.timezone.now", lambda passed=passed: now + passed)
        assert desk.get(address).status_code == status


def test_nobody_else_opens_the_photo(desk):
    person = with_portrait()
    address = photo_of(desk)
    colleague = factories.signed_in(factories.desk("01020_BV2"))
    elsewhere = factories.signed_in(factories.desk("01C51_BV", facility=factories.facility("01C51")))
    owner = factories.signed_in(factories.citizen(person))
    administrator = factories.signed_in(factories.officer("quantri", office=None, is_superuser=True))
    for other in (colleague, elsewhere, owner, administrator):
        assert other.get(address).status_code == 404
    assert Client().get(address).url == f"/dang-nhap/?next={address}"


def test_only_a_look_opens_a_photo_and_no_other_event_of_the_desk(desk):
    person = with_portrait()
    user = User.objects.get(username="01020_BV")
    for action in ("card.check_missed", "session.started", "photo.viewed"):
        other = Event.objects.create(
            action=action, actor_id=user.pk, person_id=person.pk, object_type="person", object_id=str(person.pk)
        )
        assert desk.get(f"{CLINIC}anh/{other.pk}/").status_code == 404
    for number in ("0", "987654321", "9" * 30, "9" * 5000):
        assert desk.get(f"{CLINIC}anh/{number}/").status_code == 404


def test_the_desk_is_the_clinics_alone(client):
    citizen = factories.signed_in(factories.citizen(factories.person("9900000077")))
    officer = factories.signed_in(factories.officer())
    for visitor in (citizen, officer):
        assert visitor.get(CLINIC).status_code == 404
        assert ask(visitor, MAU, BORN).status_code == 404
    assert client.get(CLINIC).url == f"/dang-nhap/?next={CLINIC}"
    assert ask(client, MAU, BORN).status_code == 302
    assert not Event.objects.filter(action__startswith="card.").exists()


def test_a_look_without_the_anti_forgery_token_is_refused():
    desk = factories.signed_in(factories.desk(), Client(enforce_csrf_checks=True))
    assert ask(desk, MAU, BORN).status_code == 403
    assert not Event.objects.filter(action__startswith="card.").exists()


def test_no_answer_is_kept_and_no_address_carries_a_number(desk):
    with_portrait()
    look_again = look(desk, MAU, BORN)
    assert MAU not in look_again
    for response in (desk.get(CLINIC), desk.get(look_again), ask(desk, MAU, "1986"), ask(desk, MAU)):
        assert "no-store" in response["Cache-Control"]
        page = Page(response)
        addresses = [value for e in page.elements for name, value in e.attributes.items() if name in {"href", "src"}]
        assert not [address for address in addresses if "99000" in str(address)]
        assert [form.get("action") for form in page.all("form") if "data-main" in form.attributes] == [CLINIC]
        assert not [e for e in page.elements if "style" in e.attributes]


def test_what_stands_in_the_address_is_never_looked_at(desk):
    response = desk.get(CLINIC, {"card": MAU, "birth_date": BORN, "reason": "care"})
    assert "Nguyễn Văn Mẫu" not in response.content.decode()
    assert not Event.objects.filter(action__startswith="card.").exists()
    assert desk.put(CLINIC).status_code == 405
