"""Issuing the one account of a person; called inside the transaction that accepts the declaration."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.models import Language, Message, Person, User
from accounts.models.person import portrait_path
from accounts.services import access, resending
from accounts.sms import outbox, texts

ISSUED_PASSWORD_LASTS = timedelta(hours=72)
ISSUED_PASSWORD_LENGTH = 10
# Letters and digits nobody mixes up when reading an SMS aloud.
_ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lIoSs5Zz2Bb8")))


class AccountExists(PortalError):
    code = "account_exists"
    message = _("Mã số BHXH này đã có tài khoản; không cấp tài khoản thứ hai.")


class AccountInUse(PortalError):
    code = "account_in_use"
    message = _("Người này đã đặt mật khẩu riêng nên không gửi lại mật khẩu một lần được. Không có gì thay đổi.")


@dataclass(frozen=True)
class Prepared:
    """What an account needs that takes time: a hashed one-time password and the person's own copy of the portrait."""

    password: str
    password_hash: str
    portrait_name: str


@contextmanager
def prepared(portrait: File) -> Iterator[Prepared]:
    """Hash and copy before the transaction that issues, so that no lock waits for it; undone if the block fails."""
    password = issued_password()
    with portrait.open("rb") as file:
        name = default_storage.save(portrait_path(), ContentFile(file.read()))
    try:
        yield Prepared(password=password, password_hash=make_password(password), portrait_name=name)
    except BaseException:
        default_storage.delete(name)
        raise


def issue_account(
    person: Person,
    *,
    phone: str,
    ready: Prepared,
    actor: User,
    email: str = "",
    language: str = Language.VIETNAMESE,
) -> User:
    """The citizen's account, bound to `person`, its credentials queued to `phone` (the number proved).

    `email`, if given, gets notices and never a secret; `language` is the messages'. AccountExists if there is one; the
    caller's transaction then undoes the rest.
    """
    user = _create(person, phone=phone, email=email, language=language, password_hash=ready.password_hash)
    person.portrait.name = ready.portrait_name
    person.save(update_fields=["portrait", "updated_at"])
    _note_issue(user, actor)
    _send_credentials(user, ready.password, office=actor.office_id or "")
    return user


def _note_issue(user: User, actor: User) -> None:
    """With the office that issues: it goes on looking after the account wherever the officer works later."""
    detail = {"office": actor.office_id} if actor.office_id else {}
    access.record(
        "account.issued", actor=actor, person_id=user.person_id, object_type="user", object_id=user.pk, detail=detail
    )


def reissue_password(bhxh_code: str, *, office: str, actor: User) -> None:
    """A fresh one-time password to the account's own phone, while the first has not been used.

    `office` is that of the accepted file. AccountInUse, TooManyRequests.
    """
    limits.hit("credentials.account", bhxh_code)
    password = issued_password()
    password_hash = make_password(password)
    with transaction.atomic():
        user = User.objects.select_for_update().get(bhxh_code=bhxh_code)
        if not user.must_change_password:
            raise AccountInUse
        user.password, user.issued_password_expires_at = password_hash, timezone.now() + ISSUED_PASSWORD_LASTS
        user.save(update_fields=["password", "issued_password_expires_at"])
        access.record(
            "credentials.reissued", actor=actor, person_id=user.person_id, object_type="user", object_id=user.pk
        )
        outbox.replace(dedupe_prefix=f"credentials:{user.pk}:")
        _send_credentials(user, password, office=office)


def _send_credentials(user: User, password: str, *, office: str) -> None:
    outbox.put(
        kind=Message.Kind.CREDENTIALS,
        purpose="credentials",
        to=str(user.phone),
        text=texts.credentials(bhxh_code=user.username, password=password, language=user.language),
        dedupe_key=f"credentials:{user.pk}:{secrets.token_hex(8)}",
        office=office,
    )


def credentials_of(bhxh_code: str) -> Message | None:
    """The latest message with a one-time password for this account; none without an account."""
    account = User.objects.filter(username=bhxh_code).values_list("pk", flat=True).first()
    return Message.objects.filter(dedupe_key__startswith=f"credentials:{account}:").order_by("-pk").first()


def issued_password() -> str:
    """Random letters and digits the password rules accept (about 54 bits)."""
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(ISSUED_PASSWORD_LENGTH))
        try:
            validate_password(password)
        except ValidationError:
            continue
        return password


def awaits_first_login(bhxh_code: str) -> bool:
    """The account exists and its one-time password has not been used up."""
    return User.objects.filter(bhxh_code=bhxh_code, must_change_password=True).exists()


def has_account(bhxh_code: str) -> bool:
    return User.objects.filter(username=bhxh_code).exists()


def has_account_on(phone: str, *, bhxh_code: str, id_kind: str, id_number: str) -> bool:
    """Whether this number (E.164, proved) is that of the account of the code, or of whoever holds the paper.

    Says nothing of accounts on other numbers: the number is part of the question.
    """
    of_paper = Person.objects.filter(id_kind=id_kind, id_number=id_number).exclude(id_number="")
    codes = [bhxh_code, *of_paper.values_list("bhxh_code", flat=True)]
    return User.objects.filter(username__in=codes, kind=User.Kind.CITIZEN, phone=phone).exists()


def account_of(bhxh_code: str) -> User | None:
    return User.objects.filter(username=bhxh_code, kind=User.Kind.CITIZEN).first()


def _create(person: Person, *, phone: str, email: str, language: str, password_hash: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create(
                username=person.bhxh_code,
                password=password_hash,
                kind=User.Kind.CITIZEN,
                bhxh_code=person.bhxh_code,
                person=person,
                phone=phone,
                email=email,
                language=language,
                must_change_password=True,
                issued_password_expires_at=timezone.now() + ISSUED_PASSWORD_LASTS,
            )
    except IntegrityError as error:
        raise AccountExists from error


def _reissue(message: Message, actor: User) -> None:
    """A password that has been in a message once is not sent again: whoever should get it gets a fresh one."""
    account = User.objects.filter(pk=message.dedupe_key.split(":")[1]).values_list("bhxh_code", flat=True).first()
    if account is None:
        raise resending.NotToBeSent
    reissue_password(account, office=message.office, actor=actor)


resending.written_by("credentials", _reissue)
