"""What must never go wrong with sessions and the one device: tests by the row of the list, named after it.

Whatever a row says that can be tried is tried here, briefly; the files beside this one go deeper.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Message, User
from accounts.services import sessions
from tests import factories
from tests.accounts import changing_phone, resetting
from tests.accounts.changing_phone import NEW_PHONE
from tests.accounts.codes import newest_code
from tests.accounts.conftest import PHONE, text_of
from tests.accounts.signing_in import CODE, browser, left_alone, sign_in
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter, is_in, take_over
from tests.factories import PASSWORD
from tests.starting import DEMO, DEPLOYMENT, READ, start

pytestmark = pytest.mark.django_db

OWN_PAGES = ("/the-bhyt/", "/qua-trinh-tham-gia/", "/tai-khoan/", "/tai-khoan/luot-xem/", "/tai-khoan/anh/")
OWN_FORMS = ("/doi-mat-khau/", "/tai-khoan/dien-thoai/", "/tai-khoan/ma-du-phong/")
DISPUTE = "/dang-nhap/khong-phai-toi/"


def session_of(client: Client) -> str:
    return str(client.cookies["sessionid"].value)


def opens(session: str) -> bool:
    """Whether whoever has nothing but this cookie is let in."""
    thief = browser()
    thief.cookies["sessionid"] = session
    return is_in(thief)


def change_password(client: Client) -> Any:
    sent = {"old_password": PASSWORD, "new_password1": resetting.NEW, "new_password2": resetting.NEW}
    return client.post("/doi-mat-khau/", sent)


def change_phone(client: Client) -> Any:
    return changing_phone.prove_new(changing_phone.at_the_new_number(client))


# --- Session limits -------------------------------------------------------------------------------------


def test_session_limits_the_id_rotates_at_login_and_take_over(citizen: User, first: Client, second: Client) -> None:
    """Session id rotates at login, take-over …"""
    resetting.ask(second)  # a session of nobody's, as a thief could have planted it
    ids = [session_of(second)]
    sign_in(second)
    ids.append(session_of(second))
    ask_for_code(second)
    enter(second, newest_code())
    ids.append(session_of(second))
    sign_in(second)  # once more, from a login page left open
    ids.append(session_of(second))
    assert len(set(ids)) == 4
    assert [opens(session) for session in ids] == [False, False, False, True]


@pytest.mark.parametrize("change", [change_password, change_phone])
def test_session_limits_a_new_password_or_phone_rotates_it_and_ends_every_other_session(
    citizen: User, first: Client, second: Client, change: Callable[[Client], Any]
) -> None:
    """Session id rotates at … password change; a password or phone change ends every other session."""
    before = session_of(first)
    sign_in(second)
    ask_for_code(second)
    code = newest_code()
    assert opens(before)
    assert change(first).status_code == 302
    assert is_in(first)
    assert not opens(before)
    assert enter(second, code).status_code == 302
    assert not is_in(second)
    assert is_in(first)


def test_session_limits_a_new_password_is_told_to_the_number(citizen: User, first: Client) -> None:
    """… a password … change … sends a notice to the old number."""
    change_password(first)
    notice = Message.objects.get(kind=Message.Kind.NOTICE, purpose="password")
    assert str(notice.to) == PHONE
    assert CODE in text_of(notice)


def test_session_limits_a_new_phone_is_told_to_the_old_number(citizen: User, first: Client) -> None:
    """… a … phone change … sends a notice to the old number."""
    change_phone(first)
    told = Message.objects.filter(kind=Message.Kind.NOTICE, purpose="phone").values_list("to", flat=True)
    assert {str(to) for to in told} == {PHONE, NEW_PHONE}


def test_session_limits_a_reset_ends_every_session(citizen: User, first: Client) -> None:
    """… a password … change ends every other session, by whatever way."""
    resetting.set_new(resetting.proved(browser()))
    assert not is_in(first)
    assert Message.objects.filter(purpose="password", to=PHONE).count() == 1


@pytest.mark.parametrize(
    ("kind", "page", "idle", "absolute"), [("citizen", "/the-bhyt/", 30, 12), ("officer", "/admin/", 15, 8)]
)
def test_session_limits_idle_and_absolute(kind: str, page: str, idle: int, absolute: int) -> None:
    """Session … idle 30 minutes, absolute 12 hours for citizens (staff 15 minutes, 8 hours)."""
    client = browser()
    if kind == "citizen":
        factories.citizen(factories.person())
        sign_in(client)
    else:
        factories.officer()
        client.post("/admin/login/", {"username": "canbo", "password": PASSWORD})
    ends = Session.objects.get().expire_date
    assert abs(ends - timezone.now() - timedelta(hours=absolute)) < timedelta(minutes=1)
    left_alone(client, idle - 0.2)
    assert client.get(page).status_code == 200
    assert client.session[sessions.USED] > time.time() - 60
    assert Session.objects.get().expire_date == ends
    left_alone(client, idle + 0.1)
    assert client.get(page).status_code == 302
    assert "_auth_user_id" not in client.session


def test_session_limits_cookies_on_loopback(citizen: User) -> None:
    """Session … HttpOnly, SameSite=Lax … on loopback plain names."""
    client = browser()
    client.get("/dang-nhap/")
    sign_in(client)
    assert set(client.cookies) == {"sessionid", "csrftoken", "device"}
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", "", "/")
        assert not cookie["domain"]


def test_session_limits_cookies_over_https(tree: Path) -> None:
    """Session … over HTTPS `__Host-` names and Secure."""
    parts = [f"s.{cookie}_COOKIE_{part}" for cookie in ("SESSION", "CSRF") for part in ("NAME", "SECURE", "PATH")]
    tell = f"{READ}; s = settings; print(s.DEVICE_COOKIE_NAME, {', '.join(parts)}, s.SESSION_COOKIE_DOMAIN)"
    over_https = start(tree, tell, **DEPLOYMENT).stdout
    assert over_https == "read\n__Host-device __Host-sessionid True / __Host-csrftoken True / None\n"
    assert start(tree, tell, **DEMO).stdout == "read\ndevice sessionid False / csrftoken False / None\n"


def test_session_limits_the_device_cookie_is_secure_over_https(citizen: User, settings: Any) -> None:
    """Session … over HTTPS `__Host-` names and Secure, the browser's own cookie too."""
    settings.OVER_HTTPS, settings.DEVICE_COOKIE_NAME = True, "__Host-device"
    cookie = sign_in(browser()).cookies["__Host-device"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")


def test_session_limits_sessions_and_the_active_device_live_in_the_database(
    citizen: User, first: Client, limit_store: redis.Redis
) -> None:
    """Sessions and the active-device row live in the database."""
    limit_store.flushall()
    assert is_in(first)
    assert Session.objects.filter(session_key=session_of(first)).exists()
    Session.objects.all().delete()
    assert not is_in(first)


# --- One device -----------------------------------------------------------------------------------------


def sign_out(first: Client, second: Client) -> None:
    first.post("/dang-xuat/")


def be_taken_over(first: Client, second: Client) -> None:
    take_over(second)


def say_it_was_not_me(first: Client, second: Client) -> None:
    take_over(second)
    first.get("/the-bhyt/")  # is put out, and told why
    first.post(DISPUTE)


@pytest.mark.parametrize(("end", "active"), [(sign_out, []), (be_taken_over, ["second"]), (say_it_was_not_me, [])])
def test_one_device_is_active_from_login_until(
    citizen: User, first: Client, second: Client, end: Callable[[Client, Client], None], active: list[str]
) -> None:
    """One device: a device is active from login until sign-out, take-over or "Không phải tôi"."""
    turn = Device.objects.get()
    citizen.refresh_from_db()
    assert citizen.active_device == turn
    end(first, second)
    citizen.refresh_from_db()
    turn.refresh_from_db()
    assert turn.ended_at is not None
    assert citizen.active_device_id != turn.pk
    assert [name for name, client in {"first": first, "second": second}.items() if is_in(client)] == active
    assert Device.objects.filter(ended_at=None).count() == len(active)


@pytest.mark.parametrize("gone", ["left alone", "over after twelve hours", "cookie lost"])
def test_one_device_an_expired_session_does_not_free_it(
    citizen: User, first: Client, second: Client, gone: str
) -> None:
    """One device: an expired session does not free it."""
    if gone == "left alone":
        left_alone(first, 31)
    elif gone == "over after twelve hours":
        Session.objects.update(expire_date=timezone.now())
    else:
        del first.cookies["sessionid"]
    assert not is_in(first)
    assert sign_in(second).url == TAKE_OVER_PAGE
    assert not is_in(second)
    assert sign_in(first).url == "/the-bhyt/"


def test_one_device_without_an_active_one_the_password_is_enough_and_the_owner_is_told(
    citizen: User, first: Client, second: Client
) -> None:
    """One device: with no active device the password alone logs in and the owner is told."""
    first.post("/dang-xuat/")
    Message.objects.all().delete()
    assert sign_in(second).url == "/the-bhyt/"
    told = Message.objects.get()
    assert (str(told.to), told.kind, told.purpose) == (PHONE, "notice", "device")
    assert f"tai khoan {CODE} vua dang nhap tren Edge tren Windows" in text_of(told)


@pytest.mark.parametrize("page", [*OWN_PAGES, *OWN_FORMS])
def test_one_device_after_a_take_over_the_next_request_of_the_old_one_is_out(
    citizen: User, first: Client, second: Client, page: str
) -> None:
    """One device: after a take-over commits, the next request of the old device is out, whatever it is."""
    take_over(second)
    answer = first.post(page) if page in OWN_FORMS else first.get(page)
    assert answer.status_code == 302
    assert answer.url.startswith("/dang-nhap/")
    assert answer.content == b""
    assert "_auth_user_id" not in first.session
    assert is_in(second)


def test_one_device_many_take_overs_and_no_read_by_the_old_one(citizen: User, first: Client, clock: Any) -> None:
    """One device: 1,000 trials, zero reads by the old device; 100 at once, one left (both in tests/flows)."""
    old, read = first, 0
    for _ in range(25):
        clock.forward(24 * 60 * 60)
        new = browser()
        take_over(new)
        read += sum(old.get(page).status_code == 200 for page in OWN_PAGES)
        old = new
    assert read == 0
    assert is_in(old)
    assert Device.objects.filter(ended_at=None).count() == 1
