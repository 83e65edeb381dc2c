"""A draft that goes on wherever its phone is proved."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from registration.models import Declaration
from registration.services import intake
from registration.views import drafts
from tests.registration.walking import (
    ANSWERS,
    CODE,
    PHONE,
    newest_code,
)

FIRST, OTHER = "+84999000001", "+84999000002"
SWITCH = "/dang-ky/ca-nhan/to-khai/"
UNPROVED = f"{PHONE}?{drafts.NO_DRAFT}"
NAME = ANSWERS["full_name"]


def prove(client: Client, phone: str = FIRST) -> str:
    """Where the right code leads."""
    client.post(PHONE, {"phone": phone})
    return client.post(CODE, {"code": newest_code(phone)}).url


def begun(phone: str = FIRST, *, ago: timedelta = timedelta(), **answers: str) -> Declaration:
    draft = intake.start_draft(phone=phone)
    Declaration.objects.filter(pk=draft.pk).update(**answers, updated_at=timezone.now() - ago)
    draft.refresh_from_db()
    return draft
