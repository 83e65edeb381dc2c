"""Sits an officer at the desk, and says where a file's pages are."""

from __future__ import annotations

from django.test import Client

from accounts.models import User
from registration.models import Declaration
from tests import factories

QUEUE = "/admin/registration/declaration/"
REASON = {"reason": "photo_unclear", "words": "", "items": ["portrait"], "ask_words": "Chụp lại."}


def seat(user: User) -> Client:
    return factories.signed_in(user)


def page_of(declaration: Declaration, part: str = "change/") -> str:
    return f"{QUEUE}{declaration.pk}/{part}"
