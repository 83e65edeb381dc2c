from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken

from accounts.sealing import keyed_digest, seal, unseal

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_opens_again_and_cannot_be_read_in_between() -> None:
    sealed = seal("mật khẩu: Kx47")
    assert unseal(sealed) == "mật khẩu: Kx47"
    assert b"Kx47" not in sealed
    assert seal("mật khẩu: Kx47") != sealed


def test_a_new_key_in_front_opens_what_the_old_one_sealed(settings) -> None:
    settings.FIELD_ENCRYPTION_KEY = OLD
    before = seal("trước")
    settings.FIELD_ENCRYPTION_KEY = f"{NEW}, {OLD}"
    assert unseal(before) == "trước"
    after = seal("sau")
    settings.FIELD_ENCRYPTION_KEY = NEW
    assert unseal(after) == "sau"
    with pytest.raises(InvalidToken):
        unseal(before)


def test_a_wrong_key_or_a_changed_byte_opens_nothing(settings) -> None:
    settings.FIELD_ENCRYPTION_KEY = OLD
    sealed = seal("số 1")
    with pytest.raises(InvalidToken):
        unseal(sealed[:-5] + b"AAAA=")
    settings.FIELD_ENCRYPTION_KEY = NEW
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_digests_of_two_purposes_or_two_secrets_never_compare(settings) -> None:
    digest = keyed_digest("123456", purpose="limit")
    assert digest == keyed_digest("123456", purpose="limit")
    assert len(digest) == 64
    assert digest != keyed_digest("123456", purpose="one-time-code")
    settings.SECRET_KEY = "another"
    assert digest != keyed_digest("123456", purpose="limit")
