"""Hashing takes memory, so only so many at once; who finds no turn is told so, and nothing is held against them."""

from __future__ import annotations

from threading import BoundedSemaphore

import pytest
from django.test import Client

from accounts import hashers
from accounts.models import User
from tests import factories
from tests.accounts.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def argon(settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.PortalArgon2Hasher"]


def test_the_hash_is_argon2id_with_its_parameters(argon: None) -> None:
    user = factories.citizen(factories.person())
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert user.check_password(factories.PASSWORD)


def test_without_a_turn_the_password_is_not_judged_and_no_try_is_counted(
    argon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.citizen(factories.person())
    turns = BoundedSemaphore(1)
    monkeypatch.setattr(hashers, "_turns", turns)
    monkeypatch.setattr(hashers, "LONGEST_WAIT", 0.01)
    with turns:
        for _ in range(7):
            assert "quá nhiều người đăng nhập cùng lúc" in sign_in(Client()).content.decode()
    assert sign_in(Client()).url == "/the-bhyt/"
    assert User.objects.get().devices.count() == 1
