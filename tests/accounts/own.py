"""An owner's own pages, and what is read on them."""

from __future__ import annotations

import re

from django.test import Client

PROFILE, LOOKS, HISTORY = "/tai-khoan/", "/tai-khoan/luot-xem/", "/tai-khoan/nhat-ky/"


def page(client: Client, path: str = PROFILE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
