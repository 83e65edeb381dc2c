from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person, User
from cards.models import Card, ParticipationPeriod

pytestmark = pytest.mark.django_db


def test_seeding_twice_is_seeding_once(settings, capsys):
    settings.DEMO_MODE = True
    call_command("seed_demo")
    call_command("seed_demo")
    assert Person.objects.count() == 20
    assert Card.objects.count() == 19
    assert ParticipationPeriod.objects.count() == 42
    assert set(User.objects.values_list("kind", flat=True)) == {"citizen", "staff", "clinic"}
    assert capsys.readouterr().out == ""
    assert dict(User.objects.exclude(kind="citizen").values_list("username", "groups__name")) == {
        "canbo": "commune_reviewer",
        "canbobhxh": "office_reviewer",
        "canbotinh": "office_reviewer",
        "canbokhac": "office_reviewer",
        "giamsat": "supervisor",
        "quantri": "administrator",
        "01020_BV": "clinic_desk",
        "01020_QL": "clinic_manager",
    }
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_database_of_real_people_is_refused(settings):
    settings.DEMO_MODE = True
    Person.objects.create(bhxh_code="0100000001", full_name="Người Thật", birth_date="1990", sex="male")
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert Person.objects.count() == 1
