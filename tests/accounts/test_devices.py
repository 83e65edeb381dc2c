"""One account in one browser at a time: /dang-nhap/, its take-over by code, and the one that has to go."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.browsers import Browser, browser_name
from accounts.models import Device, Event, Message, OneTimeCode, User
from accounts.services import devices, one_time_codes, passwords
from accounts.services.sessions import SessionOver
from tests import factories
from tests.accounts.codes import newest_code, some_time_ago
from tests.accounts.conftest import PHONE, another, text_of
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

CODE = "9900000001"
TAKE_OVER_PAGE = "/dang-nhap/chuyen-thiet-bi/"
ANDROID = "Mozilla/5.0 (Linux; Android 8.1.0; SM-J260G) AppleWebKit/537.36 Chrome/106.0.0.0 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0"


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person())


def browser(user_agent: str = ANDROID) -> Client:
    return Client(headers={"user-agent": user_agent})


def sign_in(client: Client, username: str = CODE, **more: Any) -> Any:
    return client.post("/dang-nhap/", {"username": username, "password": PASSWORD, **more})


def ask_for_code(client: Client) -> Any:
    return client.post(TAKE_OVER_PAGE, {"send": "1"})


def enter(client: Client, code: str) -> Any:
    return client.post(TAKE_OVER_PAGE, {"code": code})


def take_over(client: Client) -> Any:
    sign_in(client)
    ask_for_code(client)
    return enter(client, newest_code())


def is_in(client: Client) -> bool:
    return client.get("/the-bhyt/").status_code == 200


@pytest.fixture
def first(citizen: User) -> Client:
    """The browser that has the account."""
    client = browser()
    sign_in(client)
    return client


@pytest.fixture
def second() -> Client:
    return browser(WINDOWS)


def test_with_no_active_device_the_password_alone_logs_in_and_the_owner_is_told(citizen: User, first: Client) -> None:
    citizen.refresh_from_db()
    assert citizen.active_device == citizen.devices.get()
    told = Message.objects.get()
    assert (told.kind, str(told.to)) == (Message.Kind.NOTICE, PHONE)
    assert f"tai khoan {CODE} vua dang nhap tren Chrome tren Android" in text_of(told)


def test_a_browser_the_account_remembers_is_no_news(citizen: User, first: Client) -> None:
    first.post("/dang-xuat/")
    assert sign_in(first).url == "/the-bhyt/"
    assert Message.objects.count() == 1
    assert citizen.devices.count() == 2


def test_the_right_password_in_a_second_browser_opens_nothing_and_names_the_first(
    first: Client, second: Client
) -> None:
    assert sign_in(second).url == TAKE_OVER_PAGE
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Chrome trên Android" in page
    assert timezone.localtime().strftime("%d/%m/%Y") in page
    assert f'ba số cuối </span><span class="numeral">{PHONE[-3:]}</span>' in page
    assert PHONE[-4:] not in page
    assert not is_in(second)
    assert is_in(first)
    assert not OneTimeCode.objects.exists()


def test_the_code_moves_the_account_and_the_first_browser_is_told_why(
    citizen: User, first: Client, second: Client
) -> None:
    assert take_over(second).url == "/the-bhyt/"
    assert is_in(second)
    out = first.get("/qua-trinh-tham-gia/")
    assert out.url == "/dang-nhap/?next=/qua-trinh-tham-gia/"
    assert "no-store" in out["Cache-Control"]
    page = first.get(out.url).content.decode()
    assert "Tài khoản đã mở trên thiết bị khác" in page
    moved = timezone.localtime(citizen.devices.latest("pk").started_at).strftime("%H:%M %d/%m/%Y")
    assert f"Lúc {moved}, tài khoản được chuyển sang Edge trên Windows bằng mật khẩu và mã gửi tới số" in page
    assert f'<span class="numeral">{PHONE[-3:]}</span>' in page
    assert PHONE[-4:] not in page
    assert "Có người biết mật khẩu và đọc được tin nhắn của bạn" in page
    assert "Bạn chưa đăng nhập" not in page
    assert page.index("<h1>") < page.index("<h2>")
    assert not is_in(first)
    citizen.refresh_from_db()
    before, after = citizen.devices.order_by("pk")
    assert citizen.active_device == after
    assert (before.ended_by, after.ended_at) == (Device.Ending.TAKE_OVER, None)
    event = Event.objects.get(action="device.taken_over")
    assert event.detail == {"device": after.pk, "from": before.pk}
    assert (event.actor_id, event.person_id) == (citizen.pk, citizen.person_id)


def test_the_warning_and_the_code_page_tell_two_phones_of_one_maker_apart(
    citizen: User, first: Client, second: Client
) -> None:
    Device.objects.update(started_at="2026-11-02T01:05:00Z", last_used_at="2026-11-03T02:06:00Z")
    sign_in(second)
    warning = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Đăng nhập từ 08:05 02/11/2026. Dùng lần cuối 09:06 03/11/2026." in warning
    assert "Có thể có người biết mật khẩu của bạn" in warning
    ask_for_code(second)
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert "Chrome trên Android (đăng nhập từ 08:05 02/11/2026) thoát ra ngay" in page


def test_with_the_code_on_its_way_one_may_still_think_better_of_it_or_have_lost_the_number(
    first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    page = second.get(TAKE_OVER_PAGE).content.decode()
    assert 'name="cancel"' in page
    assert "Không còn giữ số điện thoại này" in page
    assert second.post(TAKE_OVER_PAGE, {"cancel": "1"}).url == "/"
    assert is_in(first)


def test_a_browser_put_out_is_told_of_the_one_that_took_over_not_of_a_later_one(
    citizen: User, first: Client, second: Client
) -> None:
    take_over(second)
    second.post("/dang-xuat/")
    sign_in(browser("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"))
    page = first.get(first.get("/the-bhyt/").url).content.decode()
    assert "chuyển sang Edge trên Windows bằng mật khẩu và mã" in page
    assert "Firefox trên Linux" not in page


def test_an_account_signed_out_in_another_tab_is_over_and_nobody_is_accused(first: Client, second: Client) -> None:
    tab = browser()
    tab.cookies["device"] = first.cookies["device"].value
    sign_in(tab)
    tab.post("/dang-xuat/")
    sign_in(second)
    page = first.get(first.get("/the-bhyt/").url).content.decode()
    assert "Phiên trước đã kết thúc" in page
    assert "Edge trên Windows" not in page
    assert is_in(second)


def test_what_the_first_browser_sends_after_the_take_over_is_not_done(
    citizen: User, first: Client, second: Client
) -> None:
    take_over(second)
    new = "Con trâu đi trước cái cày"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert first.post("/doi-mat-khau/", sent).url == "/dang-nhap/"
    citizen.refresh_from_db()
    assert citizen.check_password(PASSWORD)
    assert is_in(second)


def test_the_first_browser_signing_out_late_does_not_sign_the_second_out(first: Client, second: Client) -> None:
    take_over(second)
    first.post("/dang-xuat/")
    assert is_in(second)


def test_the_account_comes_back_the_same_way(first: Client, second: Client) -> None:
    take_over(second)
    assert take_over(first).url == "/the-bhyt/"
    assert "Tài khoản đã mở trên thiết bị khác" not in first.get("/the-bhyt/").content.decode()
    assert is_in(first)
    assert not is_in(second)


def test_a_login_typed_into_a_page_of_the_session_before_is_not_lost(first: Client, second: Client) -> None:
    take_over(second)
    assert sign_in(first).url == TAKE_OVER_PAGE


def test_the_person_goes_on_to_the_page_they_were_heading_for(first: Client, second: Client) -> None:
    sign_in(second, next="/qua-trinh-tham-gia/")
    ask_for_code(second)
    assert enter(second, newest_code()).url == "/qua-trinh-tham-gia/"


def test_a_wrong_code_moves_nothing_and_five_burn_it(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    right = newest_code()
    for step in range(1, 6):
        page = enter(second, another(right, step)).content.decode()
        assert 'role="alert"' in page
        assert ("Gửi lại tin nhắn</button>" in page) == (step < 5)
    assert "«Gửi mã mới»" in page
    assert 'name="resend" value="1" data-primary>Gửi mã mới</button>' in page
    assert "Lấy mã mới</h2>" in page
    assert 'name="code"' not in page
    assert enter(second, right).status_code == 200
    assert not is_in(second)
    assert is_in(first)


def test_a_code_of_one_account_moves_no_other(first: Client, second: Client) -> None:
    factories.citizen(factories.person("9900000002"), phone="+84999000002")
    sign_in(browser(), "9900000002")
    sign_in(second, "9900000002")
    ask_for_code(second)
    own = newest_code()
    sign_in(second, CODE)
    refused = enter(second, own)
    assert refused.status_code == 200
    assert "«Gửi mã mới»" in refused.content.decode()
    assert ">Gửi mã mới</button>" in refused.content.decode()
    assert "#id_code" not in refused.content.decode()
    assert is_in(first)
    assert not is_in(second)


def test_a_code_for_registering_moves_no_account(first: Client, second: Client) -> None:
    second.post("/dang-ky/ca-nhan/", {"phone": "0999000001"})
    sign_in(second)
    enter(second, newest_code())
    assert not is_in(second)


def test_without_the_password_there_is_no_code_to_ask_for(first: Client, second: Client) -> None:
    for sent in ({"send": "1"}, {"resend": "1"}, {"code": "123456"}):
        assert second.post(TAKE_OVER_PAGE, sent).url.startswith("/dang-nhap/?")
    assert second.get(TAKE_OVER_PAGE).url == "/dang-nhap/"
    assert not OneTimeCode.objects.exists()


def a_quarter_of_an_hour_passes(client: Client) -> None:
    session = client.session
    session["half_login"] = {**session["half_login"], "at": session["half_login"]["at"] - 15 * 60 - 1}
    session.save()


def test_a_half_login_is_over_after_a_quarter_of_an_hour(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    a_quarter_of_an_hour_passes(second)
    led_to = enter(second, newest_code()).url
    assert led_to.startswith("/dang-nhap/?")
    assert "đã hết hạn" in second.get(led_to).content.decode()
    assert is_in(first)


def test_asking_for_a_code_does_not_make_a_half_login_younger(first: Client, second: Client) -> None:
    sign_in(second)
    began = second.session["half_login"]
    for sent in ({"send": "1"}, {"resend": "1"}):
        second.post(TAKE_OVER_PAGE, sent)
        assert second.session["half_login"] == began


@pytest.mark.parametrize("way_out", ["cancel", "back"])
def test_whoever_thinks_better_of_it_leaves_no_half_login_behind(first: Client, second: Client, way_out: str) -> None:
    sign_in(second)
    left = second.post(TAKE_OVER_PAGE, {"cancel": "1"}) if way_out == "cancel" else second.get("/dang-nhap/")
    assert left.status_code in (200, 302)
    assert second.get(TAKE_OVER_PAGE).url == "/dang-nhap/"


def test_a_half_login_ends_when_the_password_changes(citizen: User, first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    new = "Con trâu đi trước cái cày"
    first.post("/doi-mat-khau/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert enter(second, newest_code()).url.startswith("/dang-nhap/?")
    assert is_in(first)


def test_a_half_login_of_an_account_closed_meanwhile_opens_nothing(
    citizen: User, first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    User.objects.filter(pk=citizen.pk).update(is_active=False)
    assert enter(second, newest_code()).url.startswith("/dang-nhap/?")


def test_half_a_login_rotates_the_session_id_too(first: Client, second: Client) -> None:
    second.get("/dang-ky/ca-nhan/")
    session = second.session
    session["draft_id"] = 5
    session.save()
    second.cookies["sessionid"] = str(session.session_key)
    sign_in(second)
    assert second.session.session_key != session.session_key
    assert second.session["draft_id"] == 5


def test_a_half_login_still_needs_its_code_when_the_account_has_become_free(first: Client, second: Client) -> None:
    sign_in(second)
    first.post("/dang-xuat/")
    assert ask_for_code(second).url == TAKE_OVER_PAGE
    assert not is_in(second)
    assert enter(second, newest_code()).url == "/the-bhyt/"
    assert is_in(second)


def test_the_button_pressed_twice_finishes_the_login_of_the_same_browser(first: Client, second: Client) -> None:
    twice = browser(WINDOWS)
    second.get("/dang-nhap/")
    twice.cookies["device"] = second.cookies["device"].value
    sign_in(second)
    sign_in(twice)
    ask_for_code(second)
    enter(second, newest_code())
    assert ask_for_code(twice).url == "/the-bhyt/"
    assert is_in(twice)


def late(client: Client) -> HttpRequest:
    """A request of this browser that has passed every gate already and goes on later."""
    request = RequestFactory().post("/")
    request.session = client.session
    request.user = get_user(request)
    return request


def test_a_sign_out_already_on_its_way_does_not_end_the_browser_that_took_over(
    citizen: User, first: Client, second: Client
) -> None:
    request = late(first)
    take_over(second)
    devices.sign_out(request)
    assert is_in(second)
    assert citizen.devices.get(ended_at=None).name == "Edge trên Windows"


def test_a_new_password_already_on_its_way_is_not_set_after_the_take_over(
    citizen: User, first: Client, second: Client
) -> None:
    request = late(first)
    take_over(second)
    with pytest.raises(SessionOver):
        passwords.set_password(
            request, user=cast(User, request.user), new_password="Con trâu đi trước", current=PASSWORD
        )
    citizen.refresh_from_db()
    assert citizen.check_password(PASSWORD)
    assert not Event.objects.filter(action="password.changed").exists()
    assert is_in(second)


def test_a_new_password_sent_twice_is_one_change(first: Client) -> None:
    requests = [late(first), late(first)]
    new = "Con trâu đi trước"
    passwords.set_password(requests[0], user=cast(User, requests[0].user), new_password=new, current=PASSWORD)
    with pytest.raises(SessionOver):
        passwords.set_password(requests[1], user=cast(User, requests[1].user), new_password=new, current=PASSWORD)
    assert Event.objects.filter(action="password.changed").count() == 1


def test_a_browser_that_was_put_out_is_a_stranger_again(first: Client, second: Client) -> None:
    take_over(second)
    second.post("/dang-xuat/")
    before = Message.objects.filter(kind=Message.Kind.NOTICE).count()
    assert sign_in(first).url == "/the-bhyt/"
    assert Message.objects.filter(kind=Message.Kind.NOTICE).count() == before + 1


def test_whoever_knows_the_password_cannot_run_up_messages(citizen: User) -> None:
    for _ in range(12):
        client = browser()
        sign_in(client)
        client.post("/dang-xuat/")
    assert Message.objects.count() == 10
    assert Event.objects.filter(action="session.started").count() == 12


def test_a_session_ends_twelve_hours_after_its_login_however_much_it_is_used(
    first: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = Session.objects.get().expire_date
    assert ends - timezone.now() < timedelta(hours=12)
    monkeypatch.setattr(devices, "NOTED_EVERY", timedelta(seconds=-1))
    first.get("/the-bhyt/")
    session = first.session
    session["used"] = True
    session.save()
    assert abs(Session.objects.get().expire_date - ends) < timedelta(seconds=1)


def test_a_second_tap_on_the_login_button_is_the_same_browser(citizen: User) -> None:
    page = browser()
    page.get("/dang-nhap/")
    twice = browser()
    twice.cookies["device"] = page.cookies["device"].value
    assert sign_in(page).url == sign_in(twice).url == "/the-bhyt/"
    assert citizen.devices.count() == 1


def test_an_expired_session_does_not_free_the_account_but_its_own_browser_comes_back(
    first: Client, second: Client
) -> None:
    Session.objects.all().delete()
    assert sign_in(second).url == TAKE_OVER_PAGE
    assert sign_in(first).url == "/the-bhyt/"
    assert is_in(first)


def test_signing_out_frees_the_account(citizen: User, first: Client, second: Client) -> None:
    first.post("/dang-xuat/")
    ended = citizen.devices.get()
    assert ended.ended_by == Device.Ending.SIGN_OUT
    assert sign_in(second).url == "/the-bhyt/"


def test_one_phone_in_the_family_holds_several_accounts(citizen: User, first: Client) -> None:
    factories.citizen(factories.person("9900000002"))
    sign_in(first, "9900000002")
    assert sign_in(first, CODE).url == "/the-bhyt/"
    assert Device.objects.filter(ended_at=None).count() == 2
    assert len(set(Device.objects.values_list("digest", flat=True))) == 2


def test_without_a_phone_the_office_helps_and_nothing_is_sent(citizen: User, first: Client, second: Client) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    sign_in(second)
    assert str(devices.NoPhone()) in second.get(TAKE_OVER_PAGE).content.decode()
    assert 'name="send"' not in second.get(TAKE_OVER_PAGE).content.decode()
    ask_for_code(second)
    assert not OneTimeCode.objects.exists()


def test_the_account_gets_five_codes_an_hour_however_many_browsers_ask(first: Client) -> None:
    for _ in range(6):
        client = browser(WINDOWS)
        sign_in(client)
        ask_for_code(client)
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 5


def test_a_stranger_who_uses_up_the_numbers_open_budget_does_not_keep_the_owner_out(
    first: Client, second: Client
) -> None:
    for _ in range(6):
        Client().post("/dang-ky/ca-nhan/", {"phone": "0999000001"})
    assert take_over(second).url == "/the-bhyt/"


def test_the_same_code_is_sent_again_after_a_wait(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code = newest_code()
    second.post(TAKE_OVER_PAGE, {"resend": "1"})
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 1
    some_time_ago(OneTimeCode.objects.get(), 31)
    second.post(TAKE_OVER_PAGE, {"resend": "1"})
    assert Message.objects.filter(kind=Message.Kind.CODE).count() == 2
    assert newest_code() == code


def test_the_browsers_secret_is_kept_from_scripts_and_is_no_session(first: Client, second: Client) -> None:
    cookie = first.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    second.cookies["device"] = cookie.value
    assert not is_in(second)
    assert cookie.value not in Device.objects.get().digest


def test_rubbish_in_the_cookie_is_replaced(citizen: User) -> None:
    client = browser()
    client.cookies["device"] = "x' OR 1=1"
    sign_in(client)
    assert re.fullmatch(r"[\w-]{43}", client.cookies["device"].value)


def test_a_citizens_session_without_a_device_is_out(citizen: User, first: Client) -> None:
    stray = Client()
    stray.force_login(citizen)
    assert not is_in(stray)
    assert "Phiên trước đã kết thúc" in stray.get("/dang-nhap/").content.decode()
    assert is_in(first)


def test_the_last_use_is_noted_every_few_minutes_only(first: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    Device.objects.update(last_used_at=hour_ago)
    first.get("/the-bhyt/")
    assert Device.objects.get().last_used_at == hour_ago
    monkeypatch.setattr(devices, "NOTED_EVERY", timedelta(seconds=-1))
    first.get("/the-bhyt/")
    assert Device.objects.get().last_used_at > hour_ago


def test_only_a_citizen_has_a_device(citizen: User, first: Client) -> None:
    officer = factories.officer()
    officer.active_device = citizen.devices.get()
    User.objects.filter(pk=citizen.pk).update(active_device=None)
    with pytest.raises(IntegrityError):
        officer.save()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (ANDROID, "Chrome trên Android"),
        (WINDOWS, "Edge trên Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 9_3) Version/9.0 Mobile/13E Safari/601.1", "Safari trên iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 12_0) CriOS/120.0 Mobile Safari/605", "Chrome trên iPad"),
        ("Mozilla/5.0 (Linux; U; Android 4.1.2; GT-I8190) Version/4.0 Mobile Safari/534", "Trình duyệt trên Android"),
        ("Mozilla/5.0 (Linux; Android 13) SamsungBrowser/20.0 Chrome/106.0 Safari", "Samsung Internet trên Android"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/110 Chrome/104 Safari/537", "Cốc Cốc trên Windows"),
        ("Mozilla/5.0 (Linux; Android 11) Chrome/87 Mobile Safari/537 Zalo android/123", "Zalo trên Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox trên Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari trên macOS"),
        ("<script>alert(1)</script> 0901234567", "Trình duyệt"),
        ("", "Trình duyệt"),
    ],
)
def test_a_browser_has_a_name_people_know_and_never_one_it_made_up(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
    assert len(name) <= 30


def test_a_password_changed_while_the_code_was_judged_ends_the_half_login(
    citizen: User, first: Client, second: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(second)
    ask_for_code(second)
    judge = one_time_codes.check_code

    def judged_just_before(*args: Any, **kwargs: Any) -> OneTimeCode:
        row = judge(*args, **kwargs)
        User.objects.filter(pk=citizen.pk).update(password="!")
        return row

    monkeypatch.setattr(one_time_codes, "check_code", judged_just_before)
    assert "mật khẩu vừa đổi" in enter(second, newest_code()).content.decode()
    assert Device.objects.filter(ended_at=None).count() == 1


def test_an_owner_without_a_phone_is_told_by_the_event_alone(citizen: User) -> None:
    User.objects.filter(pk=citizen.pk).update(phone="")
    assert sign_in(browser()).url == "/the-bhyt/"
    assert not Message.objects.exists()
    assert Event.objects.filter(action="session.started").count() == 1


def test_thinking_better_of_it_says_that_nothing_changed_and_the_next_login_warns_again(
    first: Client, second: Client
) -> None:
    sign_in(second)
    ask_for_code(second)
    page = second.post(TAKE_OVER_PAGE, {"cancel": "1"}, follow=True).content.decode()
    assert "Không có gì thay đổi" in page
    sign_in(second)
    assert "data-other-device" in second.get(TAKE_OVER_PAGE).content.decode()
    assert is_in(first)


def same_press(client: Client) -> Client:
    """The same form sent once more, with the cookies of before the answer to the first."""
    again = Client()
    for name, morsel in client.cookies.items():
        again.cookies[name] = morsel.value
    return again


def test_the_code_sent_twice_opens_the_account_once_and_puts_nobody_out(first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code, again = newest_code(), same_press(second)
    assert enter(second, code).url == "/the-bhyt/"
    answer = enter(again, code)
    assert answer.url.startswith("/dang-nhap/?")
    assert not answer.cookies["sessionid"].value
    assert is_in(second)
    assert second.post(TAKE_OVER_PAGE, {"resend": "1"}).url == "/the-bhyt/"


def test_the_second_of_two_presses_at_once_is_let_in_too(citizen: User, first: Client, second: Client) -> None:
    sign_in(second)
    ask_for_code(second)
    code, request = newest_code(), late(second)
    enter(second, code)
    with pytest.raises(one_time_codes.CodeMissing):
        devices.take_over(request, code=code, browser=Browser("Edge trên Windows", second.cookies["device"].value))
    assert devices.resume(request, browser=Browser("Edge trên Windows", second.cookies["device"].value))
    assert citizen.devices.filter(ended_at=None).count() == 1
