"""Looks at cards through /co-so-kcb/, as a desk's browser does, and reads what came back."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import Person
from tests import factories
from tests.cards.desks import MAU
from tests.registration.walking import Page

CLINIC = "/co-so-kcb/"
BORN = "15/08/1985"
THU, THU_BORN = "9900000002", "28/02/1990"


def ask(desk: Client, card: str, birth_date: str = "", **more: Any) -> Any:
    return desk.post(CLINIC, {"card": card, "birth_date": birth_date, "reason": "care", **more})


def look(desk: Client, card: str, birth_date: str = "", **more: Any) -> str:
    """Address of the look that was asked for."""
    response = ask(desk, card, birth_date, **more)
    assert response.status_code == 302, Page(response).alert
    return str(response.url)


def opened(desk: Client, address: str) -> Page:
    response = desk.get(address)
    assert response.status_code == 200
    return Page(response)


def shown(desk: Client, card: str, birth_date: str = "", **more: Any) -> Page:
    return opened(desk, look(desk, card, birth_date, **more))


def refused(desk: Client, card: str, birth_date: str = "", **more: Any) -> Page:
    response = ask(desk, card, birth_date, **more)
    assert response.status_code == 200
    return Page(response)


def field(page: Page, name: str) -> Any:
    return page.all("input", name=name)[0]


def verdicts(page: Page) -> list[Any]:
    return [element for element in page.elements if "data-result" in element.attributes]


def with_portrait(code: str = MAU) -> Person:
    person = Person.objects.get(bhxh_code=code)
    person.portrait.save("", ContentFile(factories.jpeg()))
    return person


def compared(response: Any, *typed: str) -> str:
    """What a guesser can compare: everything but the anti-forgery token and what was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())
    for part in typed:
        text = text.replace(part, "…")
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    length = len(response.content) - sum(len(part) for part in typed)
    headers.pop("Content-Length", None)
    return f"{response.status_code} {length} {sorted(headers.items())} {text}"
