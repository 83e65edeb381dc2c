"""Where a file is: state, dates and next step for its number and phone, and not a word more."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import limits
from accounts.limits import LIMITS
from registration import deadlines, selectors
from registration.models import Declaration
from registration.services import review, supplement, withdrawal
from registration.workflow import STATE_WORDS, RefusalReason, State
from tests import factories
from tests.registration.walking import TRACK, Page

pytestmark = pytest.mark.django_db

PHONE = "0999 000 001"
OFFICERS_WORDS = "Ảnh mặt trước bị mờ góc trái"


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


def track(client: Client, number: str, phone: str = PHONE, **extra: str) -> Page:
    return Page(client.post(TRACK, {"file_number": number, "phone": phone}, **extra))


def without_what_differs(page: Page, *typed: str) -> str:
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.html)
    for text in typed:
        html = html.replace(f'value="{text}"', 'value=""')
    return html


def test_a_filed_declaration_shows_state_date_and_next_step(client: Client, filed: Declaration) -> None:
    page = track(client, filed.file_number)
    assert "Chờ tiếp nhận" in page.html
    assert timezone.localtime(filed.filed_at).strftime("%H:%M %d/%m/%Y") in page.html
    assert str(STATE_WORDS[State.FILED].next_step) in page.html
    assert not page.alert


@pytest.mark.parametrize("state", [State.RECEIVED, State.ACCEPTED, State.REFUSED, State.WITHDRAWN])
def test_every_later_state_shows_its_words_and_dates(client: Client, filed: Declaration, state: State) -> None:
    officer = factories.officer()
    factories.person(id_number="001085999001")
    if state == State.RECEIVED:
        review.receive(filed.pk, officer=officer)
    elif state == State.ACCEPTED:
        review.accept(filed.pk, officer=officer)
    elif state == State.WITHDRAWN:
        withdrawal.withdraw(filed.pk)
    else:
        review.refuse(filed.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words=OFFICERS_WORDS)
    filed = Declaration.objects.get(pk=filed.pk)
    page = track(client, filed.file_number)
    assert str(state.label) in page.html
    assert str(STATE_WORDS[state].next_step) in page.html
    for moment in filter(None, (filed.received_at, filed.decided_at)):
        assert timezone.localtime(moment).strftime("%H:%M %d/%m/%Y") in page.html


def told(page: Page, what: str) -> str:
    return " ".join(e.text for e in page.elements if f"data-{what}" in e.attributes)


def test_the_place_in_the_queue_is_that_of_its_own_office(client: Client, filed: Declaration) -> None:
    assert "đứng đầu hàng chờ" in told(track(client, filed.file_number), "before")
    second, third = (factories.filed(bhxh_code=f"990000000{number}") for number in (3, 4))
    elsewhere = factories.office("00102", "Bảo hiểm xã hội cơ sở Hoàn Kiếm")
    other = factories.filed(bhxh_code="9900000005", office=elsewhere)
    assert told(track(client, third.file_number), "before").startswith("Còn 2 hồ sơ nộp trước")
    assert "đứng đầu hàng chờ" in told(track(client, other.file_number), "before")
    review.refuse(second.pk, officer=factories.officer(), reason=RefusalReason.OTHER, words="x")
    assert told(track(client, third.file_number), "before").startswith("Còn 1 hồ sơ nộp trước")
    assert told(track(client, second.file_number), "before") == ""


def test_files_of_one_moment_stand_in_the_order_of_their_rows(client: Client, filed: Declaration) -> None:
    second = factories.filed(bhxh_code="9900000003")
    Declaration.objects.update(filed_at=filed.filed_at)
    assert "đứng đầu" in told(track(client, filed.file_number), "before")
    assert told(track(client, second.file_number), "before").startswith("Còn 1 hồ sơ")


def test_a_long_queue_is_counted_no_further_than_the_page_says(
    client: Client, filed: Declaration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "FILES_COUNTED_AT_MOST", 1)
    second, third = (factories.filed(bhxh_code=f"990000000{number}") for number in (3, 4))
    assert told(track(client, second.file_number), "before").startswith("Còn 1 hồ sơ")
    assert told(track(client, third.file_number), "before").startswith("Còn hơn 1 hồ sơ")


def test_a_decision_is_announced_in_working_days_and_honestly_when_it_is_late(
    client: Client, filed: Declaration, settings
) -> None:
    settings.DECISION_DAYS = 3
    expected = deadlines.decision_expected(filed.filed_at)
    assert f"trước hết ngày {expected:%d/%m/%Y}" in told(track(client, filed.file_number), "expected")
    Declaration.objects.filter(pk=filed.pk).update(filed_at=filed.filed_at - timedelta(days=10))
    late = told(track(client, filed.file_number), "expected")
    assert late.startswith("Đã quá ngày dự kiến")
    assert "không mất" in late


def test_a_file_that_was_mended_is_announced_anew(client: Client, filed: Declaration) -> None:
    Declaration.objects.filter(pk=filed.pk).update(filed_at=filed.filed_at - timedelta(days=30))
    supplement.ask(filed.pk, officer=factories.officer(), items=["sex"], words="Xem lại giới tính")
    waiting = track(client, filed.file_number)
    assert told(waiting, "expected") == ""
    assert f"hết ngày {timezone.localdate() + timedelta(days=14):%d/%m/%Y}" in told(waiting, "mend-by")
    assert "Xem lại giới tính" not in waiting.html
    assert [button.text for button in waiting.all("button", name="resend")] == ["Gửi mã để bổ sung"]
    supplement.answer(filed.pk, fields={"sex": "male"})
    mended = told(track(client, filed.file_number), "expected")
    assert f"{deadlines.decision_expected(timezone.now()):%d/%m/%Y}" in mended


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        ("2026-11-25", "2026-12-02"),
        ("2026-11-27", "2026-12-04"),
        ("2026-11-28", "2026-12-04"),
        ("2026-11-29", "2026-12-04"),
    ],
)
def test_weekends_are_no_working_days(filed_on: str, expected: str) -> None:
    assert expected_for(filed_on) == expected


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        ("2026-02-13", "2026-02-27"),  # Tết, from Monday to Friday
        ("2026-04-24", "2026-05-06"),  # the Hùng kings' day put off to Monday, then 30 April and 1 May
        ("2026-08-21", "2026-08-27"),  # the Saturday after is worked for the Monday before 2 September
        ("2026-12-31", "2027-01-08"),
    ],
)
def test_public_holidays_are_no_working_days(filed_on: str, expected: str) -> None:
    assert expected_for(filed_on) == expected


def expected_for(filed_on: str) -> str:
    moment = timezone.make_aware(datetime.fromisoformat(f"{filed_on}T23:30"))
    return deadlines.decision_expected(moment).isoformat()


def test_nothing_in_vain_costs_the_database_the_same(client: Client, filed: Declaration) -> None:
    """What a stranger could tell apart by time."""
    counts = []
    for number, phone in (("99999/2026/00101", PHONE), (filed.file_number, "0999 000 002")):
        with CaptureQueriesContext(connection) as asked:
            track(Client(), number, phone)
        counts.append([query["sql"].partition("WHERE")[0] for query in asked])
    assert counts[0] == counts[1]


def test_the_answer_costs_the_same_behind_few_files_and_many(client: Client, filed: Declaration) -> None:
    track(client, filed.file_number)
    with CaptureQueriesContext(connection) as few:
        track(client, filed.file_number)
    last = [factories.filed(bhxh_code=f"990000001{number}") for number in range(8)][-1]
    with CaptureQueriesContext(connection) as many:
        track(client, last.file_number)
    assert len(many) == len(few) <= 12


def test_an_accepted_file_leads_to_the_login_and_says_what_to_do_without_the_message(
    client: Client, filed: Declaration
) -> None:
    factories.person(id_number="001085999001")
    waiting = track(client, filed.file_number)
    review.accept(filed.pk, officer=factories.officer())
    accepted = track(client, filed.file_number)
    for page, is_open in ((waiting, False), (accepted, True)):
        buttons = [link.text for link in page.all("a", class_="button", href="/dang-nhap/")]
        assert (buttons, "Chưa thấy tin nhắn?" in page.html) == (["Đăng nhập"] * is_open, is_open)


def test_a_refused_file_says_where_the_reason_is_and_whom_to_ask_without_the_message(
    client: Client, filed: Declaration
) -> None:
    review.refuse(filed.pk, officer=factories.officer(), reason=RefusalReason.PHOTO_UNCLEAR, words=OFFICERS_WORDS)
    page = track(client, filed.file_number)
    assert "Lý do được gửi bằng tin nhắn" in page.html
    assert "không thấy tin thì hỏi cơ quan BHXH đã chọn" in page.html
    assert [link.text for link in page.all("a", class_="button")] == ["Khai lại"]


def test_no_name_number_photo_or_officers_words_stand_on_the_page(client: Client, filed: Declaration) -> None:
    officer = factories.officer("canbo-ba-dinh")
    review.refuse(filed.pk, officer=officer, reason=RefusalReason.OTHER, words=OFFICERS_WORDS)
    page = track(client, filed.file_number)
    assert "Từ chối" in page.html
    personal = ("Nguyễn", "Mẫu", "9900000001", "001085999001", "15/08/1985", "Số 12", "canbo", OFFICERS_WORDS)
    assert not [text for text in personal if text in page.html]
    assert str(RefusalReason.OTHER.label) not in page.html
    assert not [image for image in page.all("img") if "anh" in image["src"]]


@pytest.mark.parametrize("write", [lambda n: n, lambda n: n.lstrip("0"), lambda n: f" {n.replace('/', ' / ')} "])
def test_the_number_is_found_however_people_copy_it(client: Client, filed: Declaration, write) -> None:
    assert "Chờ tiếp nhận" in track(client, write(filed.file_number)).html


@pytest.mark.parametrize("typed", ["", "abc", "1/2026", "00001/26/00101", "00001/2026/0010"])
def test_what_is_no_file_number_is_refused_at_its_field(client: Client, typed: str) -> None:
    page = track(client, typed)
    assert page.refusal("file_number")
    assert page.value("phone") == PHONE


def test_an_unknown_number_and_a_wrong_phone_get_one_and_the_same_answer(client: Client, filed: Declaration) -> None:
    year = timezone.localdate().year
    unknown = track(client, f"99999/{year}/00101")
    wrong = track(client, filed.file_number, "0999 000 002")
    assert "Không tìm thấy hồ sơ" in unknown.alert
    assert without_what_differs(unknown, f"99999/{year}/00101", PHONE) == without_what_differs(
        wrong, filed.file_number, "0999 000 002"
    )


def test_a_draft_is_never_found(client: Client) -> None:
    draft = factories.draft()
    assert draft.file_number is None
    assert "Không tìm thấy" in track(client, f"00001/{timezone.localdate().year}/00101").alert


def test_the_page_is_never_kept_by_a_cache(client: Client, filed: Declaration) -> None:
    response = client.post(TRACK, {"file_number": filed.file_number, "phone": PHONE})
    assert "no-store" in response.headers["Cache-Control"]


def test_one_file_can_be_guessed_at_only_so_often_from_anywhere(filed: Declaration) -> None:
    for _ in range(LIMITS["status.file"].count - 1):
        limits.hit("status.file", filed.file_number)
    track(Client(REMOTE_ADDR="10.0.0.1"), filed.file_number, "0999 000 002")
    shut = track(Client(REMOTE_ADDR="10.0.1.1"), filed.file_number)
    assert "quá nhiều lần" in shut.html
    assert "Chờ tiếp nhận" not in shut.html
    other = factories.filed()
    assert "Chờ tiếp nhận" in track(Client(REMOTE_ADDR="10.0.1.1"), other.file_number).html


def test_a_stranger_who_guesses_at_a_file_does_not_shut_it_to_its_citizen(filed: Declaration) -> None:
    stranger = Client(REMOTE_ADDR="10.0.0.1")
    for _ in range(LIMITS["status.file.address"].count):
        assert "Không tìm thấy" in track(stranger, filed.file_number, "0999 000 002").html
    assert "Chờ tiếp nhận" not in track(stranger, filed.file_number).html
    assert "Chờ tiếp nhận" in track(Client(REMOTE_ADDR="10.0.0.2"), filed.file_number).html


def test_one_address_can_guess_only_so_often(filed: Declaration) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    year = timezone.localdate().year
    for turn in range(LIMITS["status.address"].count):
        track(client, f"{turn + 500}/{year}/00101")
    assert "Chờ tiếp nhận" not in track(client, filed.file_number).html
    assert "Chờ tiếp nhận" in track(Client(REMOTE_ADDR="10.0.0.2"), filed.file_number).html


def test_a_used_up_limit_answers_429_with_the_time_to_wait(filed: Declaration) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    sent = {"file_number": filed.file_number, "phone": "0999 000 002"}
    answers = [client.post(TRACK, sent) for _ in range(LIMITS["status.file.address"].count + 1)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
