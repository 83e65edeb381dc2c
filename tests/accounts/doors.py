"""The doors a code to the phone opens, one for each purpose that has pages: how one asks, types, and sees it open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.models import OneTimeCode, RecoveryCode, User
from registration.models import Declaration
from tests.accounts import changing_phone, resetting, taking_over
from tests.accounts.changing_phone import NEW_PHONE
from tests.accounts.codes import newest_code
from tests.accounts.signing_in import sign_in
from tests.factories import PASSWORD
from tests.registration import walking

Purpose = OneTimeCode.Purpose
SHEET = "/tai-khoan/ma-du-phong/"


@dataclass(frozen=True)
class Door:
    """`is_inside`: asked for by the browser that has the account; any other is asked for by a browser of nobody's.

    `beside` is what the form wants beside the code.
    """

    purpose: OneTimeCode.Purpose
    page: str
    ask: Callable[[Client], Any]
    is_open: Callable[[Client], bool]
    is_inside: bool = False
    beside: tuple[tuple[str, str], ...] = ()

    def asked(self, client: Client) -> str:
        """The code sent to the phone."""
        self.ask(client)
        row = OneTimeCode.objects.latest("pk")
        assert row.purpose == self.purpose
        return newest_code()

    def enter(self, client: Client, code: str, **more: Any) -> Any:
        return client.post(self.page, {**dict(self.beside), "code": code}, **more)

    def send_again(self, client: Client) -> Any:
        return client.post(self.page, {"resend": "1"})


def _ask_to_take_over(client: Client) -> None:
    sign_in(client)
    taking_over.ask_for_code(client)


def _has_new_phone(client: Client) -> bool:
    return User.objects.filter(phone=NEW_PHONE).exists()


def _has_declaration(client: Client) -> bool:
    return Declaration.objects.exists() and client.get(walking.IDENTITY).status_code == 200


DOORS = [
    Door(
        Purpose.REGISTER,
        walking.CODE,
        ask=lambda client: client.post(walking.PHONE, {"phone": "0999000001"}),
        is_open=_has_declaration,
    ),
    Door(Purpose.TAKE_OVER, taking_over.TAKE_OVER_PAGE, ask=_ask_to_take_over, is_open=taking_over.is_in),
    Door(
        Purpose.RESET,
        resetting.ENTER,
        ask=resetting.ask,
        is_open=lambda client: client.get(resetting.SET).status_code == 200,
    ),
    Door(
        Purpose.PHONE_OLD,
        changing_phone.OLD,
        ask=changing_phone.start,
        is_open=lambda client: client.get(changing_phone.NEW).status_code == 200,
        is_inside=True,
    ),
    Door(
        Purpose.PHONE_NEW,
        changing_phone.NEW,
        ask=changing_phone.at_the_new_number,
        is_open=_has_new_phone,
        is_inside=True,
    ),
    Door(
        Purpose.RECOVERY,
        SHEET,
        ask=lambda client: client.post(SHEET, {"send": "1"}),
        is_open=lambda client: RecoveryCode.objects.exists(),
        is_inside=True,
        beside=(("password", PASSWORD),),
    ),
]
OF_THE_ACCOUNT = {Purpose.PHONE_NEW, Purpose.RECOVERY}  # open for the account, whichever browser looks


def with_session_of(kept: dict[str, Any]) -> Client:
    """Another browser with a copy of what a session held, and nothing else of its browser's."""
    session = SessionStore()
    session.update(kept)
    session.create()
    client = Client()
    client.cookies["sessionid"] = str(session.session_key)
    return client
