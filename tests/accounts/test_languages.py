"""In which language people get their messages."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Device, Event, Language, Message, OneTimeCode, User
from accounts.services import devices, second_factor, staff
from accounts.services.second_factor import ResetReason
from registration.models import Declaration
from registration.services import intake, review
from registration.workflow import RefusalReason
from tests import factories
from tests.accounts import changing_phone, codes, resetting
from tests.accounts.codes import Browser, ask
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.own import HISTORY, PROFILE, page, words
from tests.accounts.resetting import ENTER
from tests.accounts.signing_in import browser as new_browser
from tests.accounts.signing_in import sign_in
from tests.accounts.taking_over import ask_for_code, enter
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

Purpose = OneTimeCode.Purpose
VIETNAMESE = re.compile(r"\b(tai khoan|la ma|Khong doc|ho so|to khai|Neu khong phai)\b")


@pytest.fixture
def english(citizen: User) -> User:
    citizen.language = Language.ENGLISH
    citizen.save(update_fields=["language"])
    return citizen


def newest() -> str:
    return text_of(Message.objects.exclude(to="").latest("pk"))


def assert_english(text: str) -> None:
    assert text.startswith("BHXH: ")
    assert not VIETNAMESE.search(text), text


# --- The owner chooses ----------------------------------------------------------------------------------
def test_the_owner_chooses_on_the_profile_and_it_is_written_down(own: Client, citizen: User) -> None:
    assert Page(own.get(PROFILE)).value("language") == "vi"
    answer = own.post(PROFILE, {"language": "en"}, follow=True)
    assert answer.redirect_chain == [(PROFILE, 302)]
    assert "Từ nay tin nhắn gửi cho bạn" in answer.content.decode()
    assert Page(own.get(PROFILE)).value("language") == "en"
    citizen.refresh_from_db()
    assert citizen.language == "en"
    event = Event.objects.get(action="language.changed")
    assert (event.actor_id, event.person_id, event.detail) == (citizen.pk, citizen.person_id, {"language": "en"})
    assert "Đổi ngôn ngữ của tin nhắn" in words(page(own, HISTORY))


def test_the_page_itself_stays_vietnamese(own: Client, english: User) -> None:
    response = own.get(PROFILE, headers={"Accept-Language": "en"})
    assert Page(response).all("html", lang="vi")
    assert "Tài khoản của bạn" in response.content.decode()


def test_the_same_language_again_is_no_change(own: Client, citizen: User) -> None:
    own.post(PROFILE, {"language": "vi"})
    assert not Event.objects.filter(action="language.changed").exists()


@pytest.mark.parametrize("typed", ["", "fr", "vi\0", "EN", "en" * 100])
def test_what_is_no_language_of_ours_is_refused_with_a_sentence(own: Client, citizen: User, typed: str) -> None:
    shown = Page(own.post(PROFILE, {"language": typed}))
    assert shown.alert
    assert not re.search(r"[Ss]elect|valid|choice", shown.alert)
    citizen.refresh_from_db()
    assert citizen.language == "vi"


def test_a_browser_that_was_put_out_meanwhile_changes_nothing(
    own: Client, citizen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Device.objects.create(user=citizen, name="Firefox trên Windows", last_used_at="2026-01-01T00:00:00Z")
    monkeypatch.setattr("accounts.middleware.put_outs.ending", lambda request: "")
    User.objects.filter(pk=citizen.pk).update(active_device=other)
    assert own.post(PROFILE, {"language": "en"}).url == "/dang-nhap/"
    citizen.refresh_from_db()
    assert citizen.language == "vi"
    assert not Event.objects.filter(action="language.changed").exists()


# --- What follows it ------------------------------------------------------------------------------------
def test_a_code_about_an_account_is_in_its_own_language(own: Client, english: User) -> None:
    own.post(changing_phone.START, {"phone": "0999 000 009", "password": factories.PASSWORD})
    assert_english(newest())
    assert "account *001" in newest()
    own.post(changing_phone.OLD, {"code": codes.newest_code()})
    assert_english(newest())
    own.post(changing_phone.NEW, {"code": codes.newest_code()})
    assert [row.purpose for row in Message.objects.order_by("-pk")[:2]] == ["phone", "phone"]
    for row in Message.objects.filter(purpose="phone"):
        assert_english(text_of(row))


def test_a_resent_code_keeps_its_language(english: User) -> None:
    client = new_browser()
    resetting.ask(client)
    first = newest()
    codes.some_time_ago(OneTimeCode.objects.latest("pk"), 31)
    client.post(ENTER, {"resend": "1"})
    assert newest() == first
    assert "to reset a password, account *001" in first


@pytest.mark.parametrize("name", ["9900000001", "9900000077"])
def test_a_code_asked_by_name_alone_looks_alike_to_whoever_asks(english: User, name: str) -> None:
    client = new_browser()
    answer = resetting.ask(client, name)
    assert (answer.status_code, answer.url) == (302, ENTER)
    assert not re.search(r"your code|code to", client.get(ENTER).content.decode())


def test_a_decoy_takes_the_language_of_the_page(citizen: User) -> None:
    resetting.ask(new_browser(), "9900000077")
    assert " la ma " in text_of(Message.objects.get())


def test_a_code_about_no_account_is_in_the_language_of_the_page(browser: Browser) -> None:
    ask(browser())
    assert " la ma xac nhan so dien thoai" in newest()
    with translation.override("en"):
        ask(browser(), "+84999000002")
    assert " is your code to confirm this number" in newest()


def test_notices_about_an_account_are_in_its_language(own: Client, english: User) -> None:
    own.post(
        "/doi-mat-khau/",
        {"old_password": factories.PASSWORD, "new_password1": "mot-cau-khac-77", "new_password2": "mot-cau-khac-77"},
    )
    assert "got a new password" in newest()
    english.refresh_from_db()
    devices.end_by_staff(english, actor=factories.officer(), reason="other")
    assert "logged account 9900000001 out" in newest()


def test_notices_to_staff_are_in_theirs() -> None:
    actor, officer = factories.administrator(), factories.officer(phone=PHONE, language="en")
    staff.issue_password(officer, password="mot-cau-khac-77", actor=actor)
    assert "account canbo got a new password" in newest()
    second_factor.reset(officer, reason=ResetReason.LOST_PHONE, actor=actor)
    assert "two-step verification of account canbo was reset" in newest()


def test_who_is_put_out_is_told_in_their_language(first: Client, second: Client, citizen: User) -> None:
    User.objects.filter(pk=citizen.pk).update(language="en")
    sign_in(second)
    ask_for_code(second)
    assert "to change devices, account *001" in newest()
    enter(second, codes.newest_code())
    first.get("/the-bhyt/")
    first.post("/dang-nhap/khong-phai-toi/")
    locked = text_of(Message.objects.get(purpose="locked"))
    assert "is locked, someone pressed This was not me" in locked
    assert "to reset a password, account *001" in newest()


# --- A declaration --------------------------------------------------------------------------------------
def test_a_draft_keeps_the_language_it_was_opened_in() -> None:
    assert intake.start_draft(phone=PHONE).language == "vi"
    with translation.override("en"):
        assert intake.start_draft(phone=PHONE).language == "en"


def test_what_becomes_of_a_declaration_is_told_in_its_language() -> None:
    factories.person(id_number="001085999001")
    officer = factories.officer()
    filed = factories.filed(language="en")
    assert "declaration received" in newest()
    review.refuse(filed.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words="Ảnh mờ")
    assert "Reason: photo not clear." in newest()
    accepted = factories.filed(language="en")
    review.accept(accepted.pk, officer=officer)
    assert re.match(r"BHXH: account 9900000001, password: \w{10}\n", newest())
    user = User.objects.get(username="9900000001")
    assert user.language == "en"
    User.objects.update(language="vi")
    review.resend_credentials(accepted.pk, officer=officer)
    assert "tai khoan 9900000001, mat khau: " in newest()


def test_a_declaration_in_vietnamese_is_told_in_vietnamese_whatever_the_officers_page() -> None:
    factories.person(id_number="001085999001")
    filed = factories.filed()
    with translation.override("en"):
        review.accept(filed.pk, officer=factories.officer())
    assert "mat khau: " in newest()
    assert User.objects.get(username="9900000001").language == "vi"
    assert Declaration.objects.get().language == "vi"


def test_whoever_is_inside_does_not_fill_the_history_with_changes(own: Client, citizen: User) -> None:
    answers = [own.post(PROFILE, {"language": ("en", "vi")[turn % 2]}).status_code for turn in range(22)]
    assert answers == [302] * 20 + [429, 302]  # the last asks for what it is
    assert Event.objects.filter(action="language.changed").count() == 20
