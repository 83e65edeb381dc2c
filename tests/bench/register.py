"""The demo register, and accounts of its people."""

from __future__ import annotations

from functools import cache

from django.core.management import call_command

from accounts.models import Person, User
from cards.management.commands.load_card_terms import OWN_DATA


@cache
def load_register() -> None:
    call_command("load_directory", verbosity=0)
    call_command("load_card_terms", verbosity=0)
    files = {name: OWN_DATA / "demo" / f"{name}.csv" for name in ("persons", "cards", "participation")}
    call_command("import_register", verbosity=0, **files)


def a_citizen(code: str) -> User:
    """Someone who has a card; the account is made once and has no password yet."""
    load_register()
    person = Person.objects.get(bhxh_code=code)
    fields = {"bhxh_code": code, "kind": User.Kind.CITIZEN, "person": person, "phone": person.phone}
    return User.objects.get_or_create(username=code, defaults=fields)[0]
