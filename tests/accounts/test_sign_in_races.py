from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.signals import user_login_failed
from django.test import Client

from tests import factories
from tests.races import at_once
from vssportal import settings as production

AT_ONCE = 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_wrong_passwords_at_once_are_five_tries(settings) -> None:
    """Whatever the pages say: a password compared is a password tried."""
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS  # as slow as it really is
    factories.citizen(factories.person())
    Client().get("/dang-nhap/")  # everything is loaded
    compared = []

    def note(**kwargs: Any) -> None:
        compared.append(kwargs["sender"])

    def guess(number: int) -> None:
        Client().post("/dang-nhap/", {"username": "9900000001", "password": f"sai-mật-khẩu-{number}"})

    user_login_failed.connect(note)
    try:
        at_once(*(partial(guess, number) for number in range(AT_ONCE)))
    finally:
        user_login_failed.disconnect(note)
    assert len(compared) <= 5
