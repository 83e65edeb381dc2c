"""Issuing the one account of a person; called inside the transaction that accepts the declaration."""

from __future__ import annotations

import secrets
import string
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import Message, Person, User
from accounts.services import access
from accounts.sms import outbox, texts

ISSUED_PASSWORD_LASTS = timedelta(hours=72)
ISSUED_PASSWORD_LENGTH = 10
# Letters and digits nobody mixes up when reading an SMS aloud.
_ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lIoSs5Zz2Bb8")))


class AccountExists(PortalError):
    code = "account_exists"
    message = _("Mã số BHXH này đã có tài khoản; không cấp tài khoản thứ hai.")


def issue_account(person: Person, *, phone: str, portrait: bytes, actor: User) -> User:
    """The citizen's account, bound to `person`, its credentials queued to `phone` (the number proved).

    `portrait` is the accepted JPEG; the person keeps a copy of their own.
    AccountExists if there is one; the caller's transaction then undoes the rest.
    """
    password = issued_password()
    user = _create(person, phone=phone, password=password)
    access.record("account.issued", actor=actor, person_id=person.pk, object_type="user", object_id=user.pk)
    outbox.put(
        kind=Message.Kind.CREDENTIALS,
        purpose="credentials",
        to=phone,
        text=texts.credentials(bhxh_code=person.bhxh_code, password=password),
        dedupe_key=f"credentials:{user.pk}:1",
        not_after=timezone.now() + ISSUED_PASSWORD_LASTS,
    )
    # Last: a file cannot be rolled back.
    person.portrait.save("", ContentFile(portrait))
    return user


def issued_password() -> str:
    """Random letters and digits the password rules accept (about 54 bits)."""
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(ISSUED_PASSWORD_LENGTH))
        try:
            validate_password(password)
        except ValidationError:
            continue
        return password


def has_account(bhxh_code: str) -> bool:
    return User.objects.filter(bhxh_code=bhxh_code).exists()


def _create(person: Person, *, phone: str, password: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(
                person.bhxh_code,
                password,
                kind=User.Kind.CITIZEN,
                bhxh_code=person.bhxh_code,
                person=person,
                phone=phone,
                must_change_password=True,
                issued_password_expires_at=timezone.now() + ISSUED_PASSWORD_LASTS,
            )
    except IntegrityError as error:
        raise AccountExists from error
