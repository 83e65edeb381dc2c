"""A forgotten password, page by page."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Device, User
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


def echo(name: str) -> str:
    """How the page that asks for the code repeats what was typed."""
    return f'ba số cuối </span><span class="numeral">{name[-3:]}</span>'


def lock(user: User) -> None:
    """As «Không phải tôi» does, pressed in a browser that is no other's of the test."""
    now = timezone.now()
    user.devices.filter(ended_at=None).update(ended_at=now, ended_by=Device.Ending.DISPUTE)
    user.devices.create(
        name="Safari trên iPhone",
        digest="0" * 64,
        rotated_at=now,
        last_used_at=now,
        ended_at=now,
        ended_by=Device.Ending.TAKE_OVER,
        disputed_at=now,
    )
    User.objects.filter(pk=user.pk).update(locked_at=now, active_device=None)


def proved(client: Client, name: str = CODE) -> Client:
    """This browser with the right to set the password."""
    ask(client, name)
    assert enter(client, newest_code()).url == SET
    return client
