"""The first pages: whose phone it is, proved by a code, without saying anything about anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Message, OneTimeCode
from registration.models import Declaration
from tests.factories import citizen, person
from tests.registration.walking import CODE, IDENTITY, PHONE, Page, newest_code, newest_text, open_draft

pytestmark = pytest.mark.django_db

FIVE_WRONG = 5


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def ask(client: Client, phone: str = "0999000001") -> str:
    assert client.post(PHONE, {"phone": phone}).url == CODE
    return newest_code()


def let_pass(delay: timedelta) -> None:
    """The code was asked for `delay` earlier than it was."""
    for code in OneTimeCode.objects.all():
        code.expires_at -= delay
        code.last_sent_at -= delay
        code.save()


@pytest.mark.parametrize(
    "typed",
    ["0999 000 001", "0999.000.001", "+84999000001", "84999000001", "+84 999 000 001", "0999-000-001", " 0999000001 "],
)
def test_a_mobile_number_is_taken_however_people_write_it(client: Client, typed: str) -> None:
    assert client.post(PHONE, {"phone": typed}).url == CODE
    assert [str(to) for to in Message.objects.values_list("to", flat=True)] == ["+84999000001"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+1 650 253 0000",
        "+86 139 1099 8888",
        "024 3825 1234",
        "0999",
        "số của tôi",
        "0999ABCDEF",
        "09990000011",
        "113",
    ],
)
def test_a_number_that_is_no_vietnamese_mobile_is_refused_and_gets_no_message(client: Client, typed: str) -> None:
    page = Page(client.post(PHONE, {"phone": typed}))
    assert "số" in page.refusal("phone").lower()
    assert page.value("phone") == typed
    assert not Message.objects.exists()
    assert not OneTimeCode.objects.exists()


def test_choosing_nobody_to_register_for_is_refused_at_the_choice(client: Client) -> None:
    page = Page(client.post("/dang-ky/", {"csrfmiddlewaretoken": "x"}))
    assert page.refusal("applicant_kind") == "Chọn Cá nhân hoặc Tổ chức."


def test_an_organisation_is_told_where_to_go_and_can_still_choose_otherwise(client: Client) -> None:
    page = Page(client.post("/dang-ky/", {"applicant_kind": "organisation"}))
    assert "cơ quan BHXH quản lý đơn vị" in page.status
    assert page.value("applicant_kind") == "organisation"
    assert client.post("/dang-ky/", {"applicant_kind": "individual"}).url == PHONE


def test_a_code_page_without_a_code_asked_for_leads_to_the_phone(client: Client) -> None:
    assert client.get(CODE).url == PHONE
    assert client.post(CODE, {"code": "123456"}).url == PHONE
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12a456"])
def test_what_is_no_code_costs_no_try(client: Client, typed: str) -> None:
    ask(client)
    assert "6 chữ số" in Page(client.post(CODE, {"code": typed})).refusal("code")
    assert OneTimeCode.objects.get().wrong_tries == 0


def test_a_wrong_code_says_how_many_tries_are_left_and_opens_nothing(client: Client) -> None:
    code = ask(client)
    page = Page(client.post(CODE, {"code": wrong(code)}))
    assert "còn 4 lần" in page.refusal("code")
    assert code not in page.html
    assert not Declaration.objects.exists()
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).url == IDENTITY


def test_the_fifth_wrong_code_burns_it_and_the_right_one_comes_too_late(client: Client) -> None:
    code = ask(client)
    pages = [Page(client.post(CODE, {"code": wrong(code)})) for _ in range(FIVE_WRONG)]
    assert "bị hủy" in pages[-1].alert
    assert "Gửi mã mới" in Page(client.post(CODE, {"code": code})).alert
    assert not Declaration.objects.exists()
    burnt = OneTimeCode.objects.get()
    assert (burnt.digest, bytes(burnt.sealed)) == ("", b"")


def test_after_a_burnt_code_the_page_does_not_promise_the_same_code_again(client: Client) -> None:
    code = ask(client)
    pages = [Page(client.post(CODE, {"code": wrong(code)})) for _ in range(FIVE_WRONG)]
    before, burnt = pages[-2:]
    assert "tin gửi lại vẫn mang mã cũ." in before.html
    assert "tin gửi lại vẫn mang mã cũ." not in burnt.html
    assert [button.text for button in before.all("button", name="resend")] == ["Gửi lại tin nhắn"]
    assert [button.text for button in burnt.all("button", name="resend")] == ["Gửi mã mới"]
    assert "«Gửi mã mới»" in burnt.alert
    assert burnt.all("input", name="code") == []
    assert [heading.text for heading in burnt.all("h2")][-1] == "Lấy mã mới"


def test_a_new_code_after_a_burnt_one_works_and_is_another_row(client: Client) -> None:
    code = ask(client)
    for _ in range(FIVE_WRONG):
        client.post(CODE, {"code": wrong(code)})
    assert client.post(CODE, {"resend": "1"}).url == CODE
    assert OneTimeCode.objects.count() == 2
    assert client.post(CODE, {"code": newest_code()}).url == IDENTITY


def test_a_code_is_good_for_ten_minutes_and_not_longer(client: Client) -> None:
    code = ask(client)
    let_pass(timedelta(minutes=10, seconds=1))
    assert "hết hạn" in Page(client.post(CODE, {"code": code})).alert
    assert not Declaration.objects.exists()


def test_a_resend_waits_then_repeats_the_same_code_and_keeps_the_count_of_wrong_tries(client: Client) -> None:
    code = ask(client)
    client.post(CODE, {"code": wrong(code)})
    early = Page(client.post(CODE, {"resend": "1"}, follow=True))
    assert "Chờ" in early.status
    assert Message.objects.count() == 1
    let_pass(timedelta(seconds=31))
    assert "Đang gửi" in Page(client.post(CODE, {"resend": "1"}, follow=True)).html
    assert Message.objects.count() == 2
    assert newest_code() == code
    assert OneTimeCode.objects.get().wrong_tries == 1


def test_a_used_code_opens_no_second_draft(client: Client) -> None:
    code = ask(client)
    client.post(CODE, {"code": code})
    client.post(CODE, {"code": code})
    assert Declaration.objects.count() == 1


def test_pressing_twice_with_the_right_code_does_not_send_the_person_back_to_the_phone(client: Client) -> None:
    code = ask(client)
    client.post(CODE, {"code": code})
    assert client.post(CODE, {"code": code}).url == IDENTITY


def test_a_code_works_only_in_the_browser_that_asked(client: Client) -> None:
    code = ask(client)
    stranger = Client()
    assert stranger.post(CODE, {"code": code}).url == PHONE
    stranger.post(PHONE, {"phone": "0999000002"})
    assert Page(stranger.post(CODE, {"code": code})).is_refused("code")
    assert not Declaration.objects.exists()


def test_the_proved_number_is_the_drafts_and_the_time_is_kept(client: Client) -> None:
    draft = open_draft(client)
    assert str(draft.phone) == "+84999000001"
    assert timezone.now() - draft.phone_proved_at < timedelta(minutes=1)


def test_proving_the_same_number_again_goes_on_with_the_same_draft_and_another_number_starts_anew(
    client: Client,
) -> None:
    first = open_draft(client)
    assert open_draft(client).pk == first.pk
    other = open_draft(client, "+84999000002")
    assert other.pk != first.pk
    first.refresh_from_db()
    assert str(first.phone) == "+84999000001"


def test_the_number_typed_stands_there_again_when_the_code_page_is_left(client: Client) -> None:
    ask(client)
    assert Page(client.get(PHONE)).value("phone") == "0999 000 001"


def test_a_phone_with_an_account_gets_the_same_answer_and_message_as_one_without() -> None:
    citizen(person(phone="+84999000001"))
    answers = []
    for number in ("0999000001", "0999000002"):
        browser = Client()
        response = browser.post(PHONE, {"phone": number})
        page = Page(browser.get(response.url))
        answers.append((response.status_code, response.url, [e.tag for e in page.elements]))
    assert answers[0] == answers[1]
    texts = [newest_text(f"+8499900000{end}") for end in (1, 2)]
    codes = [newest_code(f"+8499900000{end}") for end in (1, 2)]
    assert texts[0].replace(codes[0], "") == texts[1].replace(codes[1], "")


def test_the_sixth_code_to_one_number_within_an_hour_is_not_sent_and_the_page_says_so(client: Client) -> None:
    for _ in range(5):
        Client().post(PHONE, {"phone": "0999000001"})
    page = Page(client.post(PHONE, {"phone": "0999000001"}))
    assert "quá nhiều lần" in page.refusal("phone")
    assert Message.objects.count() == 5
