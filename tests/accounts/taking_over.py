"""A second browser asks for the account, by the code sent to the phone."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.accounts.codes import newest_code
from tests.accounts.signing_in import CODE, sign_in

TAKE_OVER_PAGE = "/dang-nhap/chuyen-thiet-bi/"


def ask_for_code(client: Client) -> Any:
    return client.post(TAKE_OVER_PAGE, {"send": "1"})


def enter(client: Client, code: str) -> Any:
    return client.post(TAKE_OVER_PAGE, {"code": code})


def take_over(client: Client, name: str = CODE) -> Any:
    sign_in(client, name)
    ask_for_code(client)
    return enter(client, newest_code())


def is_in(client: Client) -> bool:
    return client.get("/the-bhyt/").status_code == 200
