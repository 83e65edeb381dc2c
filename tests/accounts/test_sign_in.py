"""/dang-nhap/, request by request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, User
from accounts.services.passwords import SignInRefused
from tests import factories
from tests.accounts.signing_in import CODE, is_in, page, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

UNKNOWN, ID_NUMBER = "9900000009", "001085990001"
WINDOW = 15 * 60


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person(id_number=ID_NUMBER))


def test_the_right_password_opens_the_card(citizen: User, client: Client) -> None:
    assert sign_in(client).url == "/the-bhyt/"
    assert client.session["_auth_user_id"] == str(citizen.pk)
    event = Event.objects.get(action="session.started")
    assert (event.actor_id, event.person_id) == (citizen.pk, citizen.person_id)
    assert event.detail == {"device": citizen.devices.get().pk}


def test_the_personal_number_of_the_own_cccd_is_a_second_login_name(citizen: User, client: Client) -> None:
    assert sign_in(client, " 001085 990001 ").url == "/the-bhyt/"
    assert client.session["_auth_user_id"] == str(citizen.pk)


def test_a_number_of_another_kind_of_paper_is_no_login_name(client: Client) -> None:
    factories.citizen(factories.person(id_kind="passport", id_number=ID_NUMBER))
    sign_in(client, ID_NUMBER)
    assert not is_in(client)


def test_an_unknown_code_and_a_wrong_password_get_one_and_the_same_page(citizen: User) -> None:
    known, unknown = page(Client(), CODE, "sai-mật-khẩu"), page(Client(), UNKNOWN, "sai-mật-khẩu")
    assert str(SignInRefused()) in known
    assert known == unknown


def test_an_unknown_and_a_known_personal_number_get_one_and_the_same_page(citizen: User) -> None:
    assert page(Client(), ID_NUMBER, "sai-mật-khẩu") == page(Client(), "001085990009", "sai-mật-khẩu")


def test_a_closed_account_answers_like_an_unknown_one(citizen: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    assert page(client, CODE, PASSWORD) == page(Client(), UNKNOWN, PASSWORD)
    assert not is_in(client)


def test_staff_are_sent_to_their_own_door_and_only_with_the_right_password(client: Client) -> None:
    factories.officer()
    assert "/admin/" in sign_in(client, "canbo").content.decode()
    assert not is_in(client)
    wrong = sign_in(client, "canbo", "sai-mật-khẩu").content.decode()
    assert str(SignInRefused()) in wrong
    assert "/admin/" not in wrong


def test_a_clinics_desk_is_led_to_its_own_page_and_opens_no_citizens_page(client: Client) -> None:
    desk = factories.desk()
    assert sign_in(client, "01020_BV").url == "/co-so-kcb/"
    assert client.get("/the-bhyt/").status_code == 404
    assert desk.devices.count() == 1


def test_a_clinic_may_be_open_at_several_desks(client: Client) -> None:
    factories.desk()
    other = Client()
    for desk in (client, other):
        sign_in(desk, "01020_BV")
    assert client.get("/co-so-kcb/").status_code == other.get("/co-so-kcb/").status_code == 200


def test_whoever_is_in_already_is_led_home_from_the_login_page(citizen: User, client: Client) -> None:
    sign_in(client)
    assert client.get("/dang-nhap/").url == "/the-bhyt/"


def test_an_expired_issued_password_opens_nothing_and_says_what_to_do(citizen: User, client: Client) -> None:
    past = timezone.now() - timedelta(seconds=1)
    User.objects.update(must_change_password=True, issued_password_expires_at=past)
    assert "72 giờ" in sign_in(client).content.decode()
    assert not is_in(client)
    assert "72 giờ nên" not in sign_in(client, password="sai-mật-khẩu").content.decode()


def test_the_session_id_rotates_and_the_old_one_is_worth_nothing(citizen: User, client: Client) -> None:
    session = client.session
    session["draft_id"] = 5
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before
    assert client.session["draft_id"] == 5
    assert not Client().session.exists(before)


def test_the_session_id_rotates_at_a_login_into_a_live_session_too(citizen: User, client: Client) -> None:
    sign_in(client)
    before = str(client.session.session_key)
    assert sign_in(client).url == "/the-bhyt/"
    assert client.session.session_key != before
    assert not client.session.exists(before)
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/the-bhyt/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "\x01https://evil.example/",
    ],
)
def test_nobody_is_sent_to_another_house(citizen: User, client: Client, target: str) -> None:
    assert sign_in(client, next=target).url == "/the-bhyt/"


def test_the_page_one_was_heading_for_opens_after_signing_in(citizen: User, client: Client) -> None:
    asked = client.get("/qua-trinh-tham-gia/")
    assert asked.url == "/dang-nhap/?next=/qua-trinh-tham-gia/"
    assert 'name="next" value="/qua-trinh-tham-gia/"' in client.get(asked.url).content.decode()
    assert sign_in(client, next="/qua-trinh-tham-gia/").url == "/qua-trinh-tham-gia/"


def test_the_login_page_says_why_it_stands_before_the_page_asked_for(citizen: User, client: Client) -> None:
    sentence = "Bạn chưa đăng nhập, phiên trước đã hết giờ,"
    assert sentence in client.get(client.get("/the-bhyt/").url).content.decode()
    assert sentence not in client.get("/dang-nhap/").content.decode()
    refused = sign_in(client, password="sai-mật-khẩu", next="/the-bhyt/").content.decode()
    assert str(SignInRefused()) in refused
    assert sentence not in refused


def test_whoever_forgot_their_own_password_is_shown_the_way(client: Client) -> None:
    assert '<a href="/quen-mat-khau/">Quên mật khẩu</a>' in client.get("/dang-nhap/").content.decode()


def test_a_next_page_that_is_no_page_is_no_error(citizen: User, client: Client) -> None:
    assert sign_in(client, next="abc").status_code == 302


def test_empty_fields_are_refused_with_a_sentence_and_not_counted(citizen: User, client: Client) -> None:
    for _ in range(6):
        assert "Nhập mật khẩu" in sign_in(client, password="").content.decode()
    sign_in(client)
    assert is_in(client)


def test_the_typed_password_never_comes_back(citizen: User, client: Client) -> None:
    assert "sai-mật-khẩu" not in sign_in(client, password="sai-mật-khẩu").content.decode()


def test_signing_in_without_the_anti_forgery_token_is_refused(citizen: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert not is_in(client)


def test_wrong_passwords_at_the_desks_own_door_are_limited_too(client: Client) -> None:
    factories.officer()
    for _ in range(5):
        client.post("/admin/login/", {"username": "canbo", "password": "sai-mật-khẩu"})
    client.post("/admin/login/", {"username": "canbo", "password": PASSWORD})
    assert not is_in(client)


def test_an_officers_login_is_an_event_too(client: Client) -> None:
    officer = factories.officer()
    client.post("/admin/login/", {"username": "canbo", "password": PASSWORD})
    assert is_in(client)
    assert Event.objects.filter(action="session.started", actor_id=officer.pk).count() == 1


def test_a_citizen_does_not_get_in_at_the_desks_door(citizen: User, client: Client) -> None:
    client.post("/admin/login/", {"username": CODE, "password": PASSWORD})
    assert not is_in(client)
    factories.signed_in(citizen, client)
    assert client.get("/admin/").status_code == 302
