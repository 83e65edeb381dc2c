"""What a browser is called, and the cookie it is known by."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.browsers import browser_name
from accounts.models import Device, User
from tests.accounts.signing_in import ANDROID, WINDOWS, browser, sign_in
from tests.accounts.taking_over import is_in

pytestmark = pytest.mark.django_db


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
    assert re.fullmatch(r"[\w-]{43}\.\d+-\d+-[0-9a-f]{32}", client.cookies["device"].value)


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
