"""/co-so-kcb/, request by request: what is asked and what is answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Event, Person, User
from accounts.paper_codes import UnreadableCode
from cards.models import Card
from cards.services.checking import CardNotFound, NotANumber
from tests import factories
from tests.cards.clinic import BORN, CLINIC, THU, THU_BORN, ask, compared, field, opened, refused, shown, verdicts
from tests.cards.conftest import TODAY
from tests.cards.desks import MAU, MAU_CCCD, our_code
from tests.registration.walking import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still", "register")]


@pytest.fixture
def desk(desk: User) -> Client:
    """The desk's browser, signed in."""
    return factories.signed_in(desk)


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


def test_a_name_is_never_markup(desk):
    Person.objects.filter(bhxh_code=MAU).update(full_name="<b>Tên</b>")
    assert "<b>Tên" not in shown(desk, MAU, BORN).html
