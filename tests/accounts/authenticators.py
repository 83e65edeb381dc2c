"""An authenticator app: what it shows now, by a clock that may be off, and the doors that ask for it."""

from __future__ import annotations

import time
from base64 import b32decode
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from tests.factories import PASSWORD
from tests.registration.walking import Page

ENROL, CLINIC_CODE = "/xac-thuc-hai-buoc/", "/dang-nhap/xac-thuc/"
SEVERAL_MINUTES = 20  # steps
STEP, TYPING = 30, 3  # seconds


class App:
    """A phone with the key; `off` is what its clock shows too much, in seconds."""

    def __init__(self, key: bytes, off: float = 0) -> None:
        self.key, self.off = key, off

    @classmethod
    def that_scanned(cls, page: Page, off: float = 0) -> App:
        (shown,) = page.all("p", data_key="")
        return cls(b32decode(shown.text.replace(" ", "")), off)

    def code(self, steps: int = 0) -> str:
        """Of now, or so many steps of 30 s later."""
        totp = TOTP(self.key)
        totp.time = time.time() + self.off + STEP * steps
        return f"{totp.token():06d}"

    def lasting_code(self) -> str:
        """Of now, and still while it is typed: who is late with the first one has a clock that is off from then on."""
        left = STEP - (time.time() + self.off) % STEP
        if left < TYPING:
            time.sleep(left)
        return self.code()


def app_of(user: User) -> App:
    """The owner's, set up long ago."""
    return App(TOTPDevice.objects.create(user=user, name="-").bin_key)


def after_the_wait() -> None:
    """As if the growing wait after a wrong code were over."""
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))


def at_the_desk(client: Client, username: str = "canbo", code: str = "", password: str = PASSWORD) -> Any:
    return client.post("/admin/login/", {"username": username, "password": password, "otp_token": code})


def at_the_clinic(client: Client, code: str) -> Any:
    client.post("/dang-nhap/", {"username": "01020_BV", "password": PASSWORD})
    return client.post(CLINIC_CODE, {"code": code})


def enrolled(client: Client) -> tuple[App, list[str]]:
    """Set up by a session that has proved a password: the app, and the recovery codes shown."""
    app = App.that_scanned(Page(client.get(ENROL)))
    sheet = Page(client.post(ENROL, {"code": app.code()}))
    return app, [code.text for code in sheet.all("code")]
