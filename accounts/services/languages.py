"""In which language an account's messages are."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from accounts import limits
from accounts.event_words import name_codes
from accounts.models import Language, User
from accounts.services import access
from accounts.services.sessions import lock_own_account

name_codes("language", Language.choices)


def choose_for_messages(request: HttpRequest, user: User, *, language: Language) -> None:
    """From the next message on. SessionOver, TooManyRequests."""
    if user.language != language:
        limits.hit("language.account", str(user.pk))
    with transaction.atomic():
        locked = lock_own_account(request, user)
        if locked.language == language:
            return
        locked.language = language
        locked.save(update_fields=["language"])
        access.record("language.changed", actor=locked, person_id=locked.person_id, detail={"language": language.value})
