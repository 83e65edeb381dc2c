from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Event, Person, User
from accounts.services import access
from cards.models import Card, ParticipationPeriod
from cards.selectors import CardState
from tests import factories
from tests.cards.conftest import NOT_ACTIVE, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

CARD, HISTORY = "/the-bhyt/", "/qua-trinh-tham-gia/"
# Session, user, person; then the card and the looks at it, or the history.
CARD_QUERIES, HISTORY_QUERIES = 5, 4
LOOKERS = 2  # whose looks they are: accounts and facilities


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def looked(person: Person, actor: User, action: str = "card.checked", **detail: str) -> None:
    access.record(action, actor=actor, person_id=person.pk, object_type="person", object_id=person.pk, detail=detail)


def test_addresses():
    assert (reverse("cards:card"), reverse("cards:history")) == (CARD, HISTORY)


@pytest.mark.parametrize("number", range(1, 21))
def test_every_demo_person_sees_the_right_state_and_data(client, citizen, number):
    code = f"99{number:08d}"
    person = citizen(code).person
    text = page(client, CARD)
    state = NOT_ACTIVE.get(code, CardState.ACTIVE)
    assert f'data-state="{state}"' in text
    assert str(state.label) in text
    if state is not CardState.NONE:
        assert person.full_name in text
        assert person.birth_date_text in text
        assert f'value="{person.cards.get().card_number}"' in text
    assert ('<svg viewBox="0 0 ' in text.split("bhyt-card__qr")[-1][:200]) == (
        state not in {CardState.NONE, CardState.REVOKED}
    )


def test_what_the_printed_card_shows(client, citizen):
    citizen("9900000005")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(client, CARD)))
    for words in (
        "9900000005",
        "Y Thuận Niê Kđăm",
        "09/07/1978",
        "Giới tính: Nam",
        "Mã mức hưởng: 2 (100&nbsp;%)",
        "Mã nơi đối tượng sinh sống: K2",
        "(01-064)",
        "Giá trị sử dụng từ ngày: 01/01/2026",
        "Thời điểm đủ 05 năm liên tục: 01/01/2024",
        "Nơi cấp, đổi thẻ: Phường Ba Đình, Thành phố Hà Nội",
    ):
        assert words in text
    assert "Buôn Thử" not in text


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        (4, "Bảo hiểm trả 80&nbsp;%, bạn trả 20&nbsp;% chi phí trong phạm vi được hưởng."),
        (3, "Bảo hiểm trả 95&nbsp;%, bạn trả 5&nbsp;% chi phí trong phạm vi được hưởng."),
        (2, "Bảo hiểm trả toàn bộ chi phí trong phạm vi được hưởng."),
    ],
)
def test_who_pays_is_said_in_a_sentence_while_the_card_holds(client, citizen, level, sentence):
    user = citizen("9900000001")
    Card.objects.filter(person=user.person).update(benefit_level=level)
    assert sentence in page(client, CARD)
    Card.objects.filter(person=user.person).update(status=Card.Status.REVOKED)
    assert "Bảo hiểm trả" not in page(client, CARD)


def test_the_dates_of_the_card_stand_in_the_list_below_it_too(client, citizen):
    user = citizen("9900000001")
    dates = {"valid_from": date(2026, 2, 3), "valid_to": date(2026, 12, 31), "five_years_from": date(2024, 5, 1)}
    Card.objects.filter(person=user.person).update(**dates)
    listed = re.sub(r"<[^>]+>", "", page(client, CARD).split('class="summary-list"')[1].split("</dl>")[0])
    assert "Giá trị sử dụngtừ 03/02/2026 đến hết 31/12/2026" in listed
    assert "Đủ 5 năm liên tụctừ 01/05/2024" in listed


def test_the_card_is_drawn_once_for_its_content(client, citizen, monkeypatch):
    citizen("9900000001")
    drawn = []
    monkeypatch.setattr("cards.services.drawing.draw", lambda text: drawn.append(text) or "<svg></svg>")
    page(client, CARD)
    page(client, CARD)
    assert len(drawn) == 1
    Card.objects.filter(person__bhxh_code="9900000001").update(benefit_level=1)
    page(client, CARD)
    assert len(drawn) == 2


def test_the_number_of_queries_does_not_grow(client, citizen, django_assert_num_queries):
    user = citizen("9900000001")
    page(client, CARD)
    for day in range(1, 20):
        card = Card.objects.filter(person=user.person).first()
        card.pk, card.valid_from = None, date(2010, 1, day)
        card.save(force_insert=True)
    ParticipationPeriod.objects.bulk_create(
        ParticipationPeriod(person=user.person, scheme="bhxh", from_month=date(1990, 1, 1), employer=f"Đơn vị {n}")
        for n in range(300)
    )
    with django_assert_num_queries(CARD_QUERIES):
        page(client, CARD)
    desk = factories.desk()
    for _ in range(60):
        looked(user.person, desk, facility=desk.facility_id)
    with django_assert_num_queries(CARD_QUERIES + LOOKERS):
        page(client, CARD)
    with django_assert_num_queries(HISTORY_QUERIES):
        text = page(client, HISTORY)
    assert text.count("<tr>") < 250
    assert "200 dòng gần đây nhất trong 303 dòng" in text


def test_the_card_shows_the_latest_three_looks_at_it_and_leads_to_all(client, citizen):
    person = citizen("9900000001").person
    desk = factories.desk(facility=factories.facility("01998", "Bệnh viện Thử"))
    officer = factories.officer("ten-dang-nhap")
    for reason in ("care", "emergency", "payment"):
        looked(person, desk, facility=desk.facility_id, reason=reason, by="scan")
    looked(person, officer, "card.seen")
    looked(person, officer, "person.seen")
    looks = page(client, CARD).split('id="ai-da-xem"')[1].split("</section>")[0]
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row)) for row in looks.split("data-look")[1:]]
    assert ["Cán bộ Bảo hiểm xã hội cơ sở Ba Đình" in row for row in rows] == [True, False, False]
    assert "Bệnh viện Thử Thẻ BHYT · Thanh toán chi phí · quét mã trên thẻ" in rows[1]
    assert "Cấp cứu" in rows[2]
    assert "Hồ sơ người tham gia" not in looks
    assert "ten-dang-nhap" not in looks
    assert 'href="/tai-khoan/luot-xem/"' in looks


def test_a_card_nobody_looked_at_says_so_and_shows_no_look_at_anothers(client, citizen):
    citizen("9900000001")
    looked(Person.objects.get(bhxh_code="9900000002"), factories.desk())
    text = page(client, CARD)
    assert "data-look" not in text
    assert "Chưa có ai ngoài bạn mở xem thẻ" in text


def test_history_shows_schemes_rows_and_totals(client, citizen):
    citizen("9900000001")
    text = page(client, HISTORY)
    for words in (
        'id="bhxh"',
        'id="bhtn"',
        'id="tnld"',
        'id="bhyt"',
        "Tổng thời gian tham gia:",
        "18 năm 2 tháng",
        "Tổng thời gian chậm đóng:",
        "2 tháng có hai nơi cùng đóng: mỗi tháng chỉ tính một lần.",
        "Hợp tác xã Ví Dụ",
        "Trưởng nhóm",
        "Lương đóng: 12.500.000\N{NO-BREAK SPACE}đ",
    ):
        assert words in text


def test_a_period_that_has_not_begun_says_why_it_is_not_counted(client, citizen):
    user = citizen("9900000020")
    ParticipationPeriod.objects.create(person=user.person, scheme="bhyt", from_month=date(2026, 11, 1), employer="A")
    assert "chưa tới tháng này" not in page(client, HISTORY)
    ParticipationPeriod.objects.create(person=user.person, scheme="bhxh", from_month=date(2027, 1, 1), employer="B")
    text = page(client, HISTORY)
    assert "0 năm 0 tháng" in text
    assert re.search(r"01/2027 <span[^>]*>chưa tới tháng này nên chưa tính", text)
    assert text.count("chưa tới tháng này") == 1


def test_history_without_any_row(client, citizen):
    citizen("9900000020")
    text = page(client, HISTORY)
    assert text.count("Chưa có tháng nào được ghi cho bạn ở chế độ này.") == 4


@pytest.mark.parametrize("path", [CARD, HISTORY])
def test_pages_are_private_and_plain(client, citizen, path):
    assert client.get(path).status_code == 302
    citizen("9900000001")
    response = client.get(path)
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", [CARD, HISTORY])
def test_staff_have_no_such_page(client, path):
    factories.signed_in(User.objects.create(username="canbo", kind=User.Kind.STAFF), client)
    assert client.get(path).status_code == 404


def test_looking_at_ones_own_is_no_event(client, citizen):
    citizen("9900000001")
    before = Event.objects.count()
    page(client, CARD)
    page(client, HISTORY)
    assert Event.objects.count() == before


def test_nobody_sees_another_persons_card(client, citizen):
    citizen("9900000012")  # same name and birth date as 9900000001
    for path in (CARD, HISTORY):
        assert "9900000001" not in page(client, path)


def test_a_name_is_never_markup(client, citizen):
    Person.objects.filter(bhxh_code="9900000001").update(full_name="<b>Tên</b>")
    citizen("9900000001")
    assert "<b>Tên" not in page(client, CARD)
