"""A draft whose phone is proved, and what its pages say of another file for the same person."""

from __future__ import annotations

from django.test import Client

from registration.models import Declaration
from tests import factories
from tests.registration.walking import (
    ADDRESS,
    CHECK,
    IDENTITY,
    PHOTOS,
    Page,
    stand_before,
)

PAGES = (IDENTITY, PHOTOS, ADDRESS, CHECK)
OTHER_PHONE, OTHER_CODE = "+84999000002", "9900000002"
SAME_PAPER = "001085999001"


def begun(**fields: str) -> tuple[Client, Declaration]:
    draft = factories.draft(**fields)
    return stand_before(Client(), draft), draft


def panel(page: Page, what: str) -> str:
    return " ".join(element.text for element in page.elements if f"data-{what}" in element.attributes)


def see(client: Client, path: str = CHECK) -> Page:
    return Page(client.get(path))
