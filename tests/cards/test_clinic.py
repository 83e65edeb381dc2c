"""/co-so-kcb/, request by request."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.limits import LIMITS, Limit
from accounts.models import Event, Person, User
from cards.models import Card
from cards.qr import UnreadableCode
from cards.services import drawing
from cards.services.checking import CardNotFound, NotANumber
from tests import factories
from tests.accounts.conftest import Clock
from tests.cards.conftest import TODAY
from tests.cards.test_checking import MAU_CCCD
from tests.registration.walking import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

CLINIC = "/co-so-kcb/"
MAU, BORN = "9900000001", "15/08/1985"
THU, THU_BORN = "9900000002", "28/02/1990"
# Session and account; then the person and the event.
LOOK_QUERIES = 4
# A BHYT code is compared with the card.
SCAN_QUERIES = LOOK_QUERIES + 1
# Session and account; then the event, the person and the card.
SHOW_QUERIES = 5
# A person whose latest card is not the valid one costs one more; so do a thousand cards.
MOST_SHOW_QUERIES = SHOW_QUERIES + 1
GONE = "Lượt xem này đã quá 10 phút, hoặc không phải của tài khoản này. Quét hoặc gõ lại."


@pytest.fixture(autouse=True)
def still(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    monkeypatch.setattr(limits, "time", Clock())


@pytest.fixture
def desk() -> Client:
    return factories.signed_in(factories.desk())


def ask(desk: Client, card: str, birth_date: str = "", **more: Any) -> Any:
    return desk.post(CLINIC, {"card": card, "birth_date": birth_date, "reason": "care", **more})


def look(desk: Client, card: str, birth_date: str = "", **more: Any) -> str:
    """Address of the look that was asked for."""
    response = ask(desk, card, birth_date, **more)
    assert response.status_code == 302, Page(response).alert
    return str(response.url)


def opened(desk: Client, address: str) -> Page:
    response = desk.get(address)
    assert response.status_code == 200
    return Page(response)


def shown(desk: Client, card: str, birth_date: str = "", **more: Any) -> Page:
    return opened(desk, look(desk, card, birth_date, **more))


def refused(desk: Client, card: str, birth_date: str = "", **more: Any) -> Page:
    response = ask(desk, card, birth_date, **more)
    assert response.status_code == 200
    return Page(response)


def our_code(code: str = MAU) -> str:
    return drawing.qr_text(Card.objects.select_related("person").get(person__bhxh_code=code))


def field(page: Page, name: str) -> Any:
    return page.all("input", name=name)[0]


def verdicts(page: Page) -> list[Any]:
    return [element for element in page.elements if "data-result" in element.attributes]


def with_portrait(code: str = MAU) -> Person:
    person = Person.objects.get(bhxh_code=code)
    person.portrait.save("", ContentFile(factories.jpeg()))
    return person


def test_the_cursor_waits_for_a_scan_and_no_reason_is_chosen_yet(desk):
    page = Page(desk.get(CLINIC))
    assert "autofocus" in field(page, "card").attributes
    assert [radio.get("value") for radio in page.all("input", name="reason")] == [
        "care",
        "emergency",
        "referral",
        "payment",
    ]
    assert not [radio for radio in page.all("input", name="reason") if "checked" in radio.attributes]
    assert verdicts(page) == []


@pytest.mark.parametrize(
    ("code", "born", "state", "tone", "word"),
    [
        (MAU, BORN, "active", "verdict--good", "✓ Thẻ đang có giá trị"),
        ("9900000008", "11/11/1999", "expired", "verdict--bad", "✕ Thẻ đã hết giá trị"),
        ("9900000015", "30/01/1980", "not_started", "verdict--warning", "! Thẻ chưa đến ngày sử dụng"),
        ("9900000016", "08/08/1966", "revoked", "verdict--bad", "✕ Thẻ đã bị thu hồi"),
        ("9900000020", "07/05/1984", "none", "verdict--warning", "! Chưa có thẻ BHYT"),
    ],
)
def test_the_answer_is_a_colour_a_sign_and_a_word(desk, code, born, state, tone, word):
    page = shown(desk, code, born)
    (verdict,) = verdicts(page)
    assert verdict.get("data-state") == state
    assert verdict.get("class").split() == ["verdict", tone]
    assert word in " ".join(page.all("h1")[0].text.split())


def test_what_the_desk_sees_of_the_card_and_what_it_has_no_business_with(desk):
    html = shown(desk, "9900000005", "09/07/1978").html
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    for words in (
        "Y Thuận Niê Kđăm",
        "09/07/1978 · Nam",
        "9900000005",
        "Mức hưởng 2 · 100 %",
        "Mức 2: 100%, có giới hạn",
        "Người dân tộc thiểu số",
        "từ 01/01/2026",
        "01064 (01-064)",
        "có, từ 01/01/2024",
        "Mã nơi sinh sốngK2",
        "Đăng ký ban đầu ở nơi khác",
    ):
        assert words in text
    for secret in ("0999", "Buôn Thử", "001078999005", "24412", "<svg viewBox"):
        assert secret not in html.split("<main")[1]


def test_a_card_registered_at_this_facility_says_so(desk):
    assert "Đúng nơi đăng ký KCB ban đầu" in shown(desk, THU, THU_BORN).html
    assert "Đúng nơi đăng ký KCB ban đầu" not in shown(desk, MAU, BORN).html


@pytest.mark.parametrize("text", [MAU_CCCD, "our own code"])
def test_a_scan_needs_no_birth_date(desk, text):
    page = shown(desk, text if text == MAU_CCCD else our_code())
    assert "Nguyễn Văn Mẫu" in page.html


def test_the_next_patient_needs_only_a_scan(desk):
    page = shown(desk, MAU, BORN, reason="referral")
    assert "autofocus" in field(page, "card").attributes
    assert (field(page, "card").get("value"), field(page, "birth_date").get("value")) == (None, None)
    (chosen,) = [radio for radio in page.all("input", name="reason") if "checked" in radio.attributes]
    assert chosen.get("value") == "referral"
    assert "Trần Thị Thử" in opened(desk, desk.post(CLINIC, {"card": our_code(THU)}).url).html
    reasons = [event.detail["reason"] for event in Event.objects.filter(action="card.checked")]
    assert reasons == ["referral", "referral"]


def test_without_a_reason_nothing_is_looked_at(desk):
    for answer in ({}, {"reason": ""}, {"reason": "curiosity"}):
        page = Page(desk.post(CLINIC, {"card": MAU, "birth_date": BORN, **answer}))
        assert "Chọn lý do xem thẻ." in page.html
        assert "Nguyễn Văn Mẫu" not in page.html
        assert field(page, "card").get("value") == MAU
    assert not Event.objects.filter(action__startswith="card.").exists()


def test_a_typed_number_alone_comes_back_asking_for_the_birth_date(desk):
    page = refused(desk, MAU)
    assert field(page, "card").get("value") == MAU
    asked = field(page, "birth_date")
    assert asked.get("aria-invalid") == "true"
    assert [element for element in page.elements if "autofocus" in element.attributes] == [asked]
    assert "ngày sinh" in " ".join(element.text for element in page.all("div", role="alert"))
    assert "Nguyễn Văn Mẫu" not in page.html
    assert not Event.objects.filter(action__startswith="card.").exists()


@pytest.mark.parametrize("born", ["31/02/1985", "hôm qua", "1" * 50, "\x00", "'; DROP TABLE"])
def test_a_birth_date_that_is_none_is_refused_with_an_example(desk, born):
    page = refused(desk, MAU, born)
    assert "Nhập như 15/08/1985" in page.html
    assert verdicts(page) == []


@pytest.mark.parametrize("born", ["15/08/1985", "15.8.1985", "1985-08-15", "15081985"])
def test_a_birth_date_as_people_write_it(desk, born):
    assert verdicts(shown(desk, MAU, born))


@pytest.mark.parametrize("born", ["1945", "03/1945", "03/03/1945"])
def test_of_somebody_whose_papers_show_only_a_year(desk, born):
    assert "Ngô Thị Út" in shown(desk, "9900000017", born).html


def compared(response: Any, *typed: str) -> str:
    """What a guesser can compare: everything but the anti-forgery token and what was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())
    for part in typed:
        text = text.replace(part, "…")
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    length = len(response.content) - sum(len(part) for part in typed)
    headers.pop("Content-Length", None)
    return f"{response.status_code} {length} {sorted(headers.items())} {text}"


def test_an_unknown_number_and_a_wrong_birth_date_get_one_and_the_same_page(desk):
    wrong = compared(ask(desk, MAU, "16/08/1985"), MAU, "16/08/1985")
    unknown = compared(ask(desk, "9900000099", "16/08/1985"), "9900000099", "16/08/1985")
    assert str(CardNotFound()) in wrong
    assert wrong == unknown


def test_a_number_not_found_stays_to_be_corrected_and_a_scan_makes_room_for_the_next(desk):
    page = refused(desk, MAU, "16/08/1985")
    assert (field(page, "card").get("value"), field(page, "birth_date").get("value")) == (MAU, "16/08/1985")
    assert field(page, "card").get("aria-invalid") == "true"
    scanned = MAU_CCCD.replace("15081985", "16081985")
    page = refused(desk, scanned)
    assert field(page, "card").get("value") is None
    assert "Nguyễn Văn Mẫu" not in page.html


HOSTILE = {
    "100 kB": "9" * 100_000,
    "100 kB of code": "9900000001|" * 9_000,
    "NUL": "9900000001\x00",
    "emoji": "🙂🙂|🙂",
    "SQL": "' OR 1=1; DROP TABLE accounts_person; --",
    "markup": "<script>alert(1)</script>",
    "template": "{{ user.password }}|%(x)s",
    "bare separators": "|" * 16 + "$",
    "half a code": "9900000001|4e|15/08/1985",
    "one replaced character": "\ufffd",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_scan_gets_a_plain_sentence(desk, text):
    response = ask(desk, text)
    assert response.status_code == 200
    page = Page(response)
    assert str(UnreadableCode()) in page.html
    assert len(response.content) < 20_000
    assert "<script>alert" not in page.html
    assert verdicts(page) == []
    assert not Event.objects.filter(action__startswith="card.").exists()
    assert Person.objects.count() == 20


@pytest.mark.parametrize("typed", ["990000000", "019 999 003", "00108599900O"])
def test_a_number_mistyped_is_told_the_lengths_there_are_and_stays_to_be_corrected(desk, typed):
    page = refused(desk, typed, BORN)
    assert page.refusal("card") == str(NotANumber())
    assert (page.value("card"), page.value("birth_date")) == (typed, BORN)
    assert not Event.objects.filter(action__startswith="card.").exists()


def test_the_year_alone_is_asked_for_only_where_the_papers_show_no_more(desk):
    hint = next(e.text for e in Page(desk.get(CLINIC)).elements if e.get("id") == "id_birth_date_helptext")
    assert "giấy tờ chỉ ghi năm thì nhập năm" in hint
    assert "nhập đủ ngày, tháng, năm" in refused(desk, MAU, "1985").refusal("card")


def test_an_outdated_code_says_so_and_shows_the_register(desk):
    code = our_code()
    assert "theo thông tin cũ" not in shown(desk, code).html
    Card.objects.filter(person__bhxh_code=MAU).update(valid_to=TODAY - timedelta(days=1))
    page = shown(desk, code)
    assert "Mã này in theo thông tin cũ, khác sổ hiện nay ở: thời hạn." in page.html
    assert verdicts(page)[0].get("data-state") == "expired"
    address = f"{CLINIC}?xem={Event.objects.filter(action='card.checked').latest('pk').pk}"
    assert "khác sổ hiện nay ở: thời hạn." in opened(desk, address).html


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


def test_a_screen_reader_hears_the_verdict_where_the_cursor_is(desk):
    page = shown(desk, MAU, BORN)
    (verdict,) = verdicts(page)
    assert verdict.get("role") == "status"
    described = (field(page, "card").get("aria-describedby") or "").split()
    assert [e.get("id") for e in page.elements if e.get("id") in described] == [verdict.get("id"), "id_card_helptext"]
    ids = {e.get("id") for e in Page(desk.get(CLINIC)).elements}
    assert set(field(Page(desk.get(CLINIC)), "card")["aria-describedby"].split()) <= ids


def test_who_has_no_account_is_not_said_to_see_the_look_there(desk):
    assert not User.objects.filter(person__bhxh_code=MAU).exists()
    for page in (Page(desk.get(CLINIC)), shown(desk, MAU, BORN)):
        assert "được ghi lại; người bệnh thấy khi mở tài khoản của mình." in page.html


def test_the_page_its_button_and_the_menu_say_the_same(desk):
    page = Page(desk.get(CLINIC))
    button = next(e for e in page.all("button") if "data-primary" in e.attributes)
    menu = next(e for e in page.all("a", href=CLINIC) if any(i.tag == "nav" for i in e.inside))
    assert {page.all("h1")[0].text, button.text, menu.text} == {"Kiểm tra thẻ"}
    assert page.all("title")[0].text.startswith("Kiểm tra thẻ ·")


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
    assert kept == {"clinic_reason": "care"}


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


def test_a_name_is_never_markup(desk):
    Person.objects.filter(bhxh_code=MAU).update(full_name="<b>Tên</b>")
    assert "<b>Tên" not in shown(desk, MAU, BORN).html
