"""Who may see and act on which declaration."""

from __future__ import annotations

import pytest

from registration import policies
from tests import factories

pytestmark = pytest.mark.django_db


def test_who_sees_which_files() -> None:
    own, province_office = factories.office(), factories.office("001", "Hà Nội", "province")
    here, next_door = factories.ward(), factories.ward("00008", "Ngọc Hà")
    mine = factories.filed()
    neighbours = factories.filed(ward=next_door)
    elsewhere = factories.filed(office=province_office)
    factories.draft()
    seen = {
        "ward officer": (factories.officer("a", ward=here), {mine.pk}),
        "office officer": (factories.officer("b"), {mine.pk, neighbours.pk}),
        "province officer": (factories.officer("c", office=province_office), {elsewhere.pk}),
        "administrator without an office": (factories.officer("d", office=None, is_superuser=True), set()),
        "administrator with one": (factories.officer("e", office=own, is_superuser=True), {mine.pk, neighbours.pk}),
        "officer who left": (factories.officer("f", is_active=False), set()),
        "citizen": (factories.citizen(factories.person()), set()),
    }
    for who, (user, expected) in seen.items():
        assert set(policies.visible_to(user).values_list("pk", flat=True)) == expected, who
        assert {pk for pk in (mine, neighbours, elsewhere) if policies.may_review(user, pk)} == {
            pk for pk in (mine, neighbours, elsewhere) if pk.pk in expected
        }, who
