"""Names for which a forgotten password is asked in vain, each made beside one person who has an account."""

from __future__ import annotations

from accounts.models import Person
from tests import factories

UNKNOWN = "9900000077"


def nobody(person: Person) -> str:
    return UNKNOWN


def nobodys_paper(person: Person) -> str:
    return "001085000077"


def closed(person: Person) -> str:
    return factories.citizen(factories.person("9900000002"), is_active=False).username


def without_phone(person: Person) -> str:
    return factories.citizen(factories.person("9900000002"), phone="").username


def officer(person: Person) -> str:
    return factories.officer(phone="+84999000008").username


def clinic(person: Person) -> str:
    return factories.desk(phone="+84999000008").username


def person_without_account(person: Person) -> str:
    return factories.person("9900000002").bhxh_code


IN_VAIN = [nobody, nobodys_paper, closed, without_phone, officer, clinic, person_without_account]
