"""A forgotten password, page by page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.accounts.codes import newest_code
from tests.accounts.signing_in import CODE

ASK, ENTER, SET = "/quen-mat-khau/", "/quen-mat-khau/ma/", "/quen-mat-khau/mat-khau-moi/"
NEW = "Con trâu đi trước cái cày"


def ask(client: Client, name: str = CODE, **more: Any) -> Any:
    return client.post(ASK, {"username": name}, **more)


def enter(client: Client, code: str) -> Any:
    return client.post(ENTER, {"code": code})


def set_new(client: Client, password: str = NEW) -> Any:
    return client.post(SET, {"new_password1": password, "new_password2": password})


def proved(client: Client, name: str = CODE) -> Client:
    """This browser with the right to set the password."""
    ask(client, name)
    assert enter(client, newest_code()).url == SET
    return client
