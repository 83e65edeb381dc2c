"""A citizen's change of number, page by page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.accounts.codes import newest_code
from tests.factories import PASSWORD

START, OLD, PAPER, NEW = (
    "/tai-khoan/dien-thoai/",
    "/tai-khoan/dien-thoai/ma/",
    "/tai-khoan/dien-thoai/ma-du-phong/",
    "/tai-khoan/dien-thoai/ma-so-moi/",
)
NEW_PHONE, TYPED = "+84999000055", "0999 000 055"


def start(client: Client, phone: str = TYPED, password: str = PASSWORD) -> Any:
    return client.post(START, {"phone": phone, "password": password})


def prove_old(client: Client) -> Any:
    return client.post(OLD, {"code": newest_code()})


def prove_new(client: Client) -> Any:
    return client.post(NEW, {"code": newest_code()})


def at_the_new_number(client: Client) -> Client:
    start(client)
    assert prove_old(client).url == NEW
    return client
