"""What an account's owner is told when something about its security changes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import Message, User
from accounts.sms import letters, outbox

A_DAY = 10  # to one number and of one purpose, over all its accounts: whoever is inside must not run up messages


def tell(user: User, *, purpose: str, text: str, dedupe_key: str, to: str | None = None) -> None:
    """To the account's number, and by letter if it has an e-mail address; or to `to`, a number it has just left.

    Part of the caller's transaction. Counted in the outbox itself: a store
    that is slow to answer must not hold the account's lock. A letter goes
    wherever its SMS goes, so that it needs no count of its own.
    """
    number = str(user.phone) if to is None else to
    told = Message.objects.filter(to=number, purpose=purpose, created_at__gt=timezone.now() - timedelta(days=1))
    if not number or told[:A_DAY].count() >= A_DAY:
        return
    outbox.put(kind=Message.Kind.NOTICE, purpose=purpose, to=number, text=text, dedupe_key=dedupe_key)
    if to is None and user.email and settings.SENDS_LETTERS:
        _write(user, purpose=purpose, dedupe_key=f"{dedupe_key}:letter")


def _write(user: User, *, purpose: str, dedupe_key: str) -> None:
    """In words of its own: an SMS has no room for marks."""
    outbox.put(
        kind=Message.Kind.NOTICE,
        purpose=purpose,
        to="",
        email=user.email,
        text=letters.security_notice(purpose=purpose, login=user.username, at=timezone.now(), language=user.language),
        dedupe_key=dedupe_key,
    )
