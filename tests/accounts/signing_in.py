"""Browsers at the login page."""

from __future__ import annotations

import re
import time
from typing import Any

from django.test import Client

from accounts.services import sessions
from tests.factories import PASSWORD

CODE = "9900000001"
ANDROID = "Mozilla/5.0 (Linux; Android 8.1.0; SM-J260G) AppleWebKit/537.36 Chrome/106.0.0.0 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0"


def browser(user_agent: str = ANDROID) -> Client:
    return Client(headers={"user-agent": user_agent})


def sign_in(client: Client, username: str = CODE, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/dang-nhap/", {"username": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def left_alone(client: Client, minutes: float) -> None:
    session = client.session
    session[sessions.USED] = int(time.time() - minutes * 60)
    session.save()


def page(client: Client, username: str, password: str) -> str:
    """What a stranger can compare: everything but the anti-forgery token and the name typed."""
    response = sign_in(client, username, password)
    text = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}  # the clock's
    return f"{response.status_code} {sorted(headers.items())} {text}".replace(username, "…")
