"""Something to find behind every address of the portal, and everybody who may come."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Alarm, Event, FormerProvince, Person, UnknownReport, User
from accounts.services import access, alerts
from accounts.services.roles import Role
from cards.models import BenefitLevel, Card, ObjectGroup, ParticipationPeriod
from registration.models import Declaration, ErasureRequest
from tests import factories
from tests.project.access_table import MODELS, SUPERVISED


class Portal(NamedTuple):
    """Something to find behind every address, and everybody who may come."""

    file: Declaration
    look: Event
    known: dict[str, str]
    people: dict[str, User]

    def client(self, who: str, **options: Any) -> Client:
        client = Client(**options)
        return client if who == "anonymous" else factories.signed_in(self.people[who], client)

    def address(self, route: str) -> str:
        """The route with something that exists."""
        a_model = re.match(r"admin/(\w+/\w+)/(<path:object_id>|<int:pk>)/", route)
        if a_model:
            route = route.replace(a_model[2], self.known[a_model[1]])
        for part in re.findall(r"<int:\w+>|<slug:\w+>|<path:.*>|\^?\(.*\$", route):
            route = route.replace(part, self.known[part])
        return f"/{route}"


def something_to_find(file: Declaration, look: Event) -> dict[str, str]:
    """What to put into a route: for each part of an address, and for each model of the desk."""
    models = (*MODELS, *SUPERVISED, "accounts/accountalert", "registration/erasurerequest")
    rows = {model: apps.get_model(model.replace("/", "."))._default_manager.order_by("pk")[0] for model in models}
    return {
        **{model: str(row.pk) for model, row in rows.items()},
        "registration/declaration": str(file.pk),
        "<int:event_id>": str(look.pk),
        "<int:pk>": str(file.pk),
        "<slug:kind>": "portrait",
        "<int:message_id>": "1",
        "<slug:purpose>": "register",
        "<slug:token>": "khong-phai-ma",
        "<slug:name>": "inbox",
        "<path:content_type_id>/<path:object_id>": f"{ContentType.objects.get_for_model(Person).pk}/{look.person_id}",
        "^(?P<app_label>…)/$": "accounts/",
        "(?P<url>.*)$": "khong-co",
    }


def populated() -> Portal:
    persons = [factories.person(f"990000000{number}") for number in (1, 2, 3)]
    persons[0].portrait.save("", ContentFile(factories.jpeg((60, 80))))
    persons[1].portrait.save("", ContentFile(factories.jpeg((60, 80), "#888888")))
    people = {
        "citizen": factories.citizen(persons[0]),
        "neighbour": factories.citizen(persons[1]),
        "newcomer": factories.citizen(persons[2], must_change_password=True),
        "officer": factories.officer(),
        "other_officer": factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm")),
        "commune_officer": factories.officer("canboxa", ward=factories.ward("00008", "Ngọc Hà")),
        "supervisor": factories.officer("giamsat", role=Role.SUPERVISOR),
        "administrator": factories.administrator(),
        "clinic": factories.desk(),
        "manager": factories.desk("01020_QL", role=Role.CLINIC_MANAGER),
        "other_clinic": factories.desk("01021_BV", facility=factories.facility("01021", "Bệnh viện Khác")),
    }
    level = BenefitLevel.objects.create(level=4, rate_percent=80, meaning="-")
    group = ObjectGroup.objects.create(code="GD", name="Hộ gia đình", default_level=level, payer_group=5)
    Card.objects.create(
        person=persons[0],
        card_number=persons[0].bhxh_code,
        object_group=group,
        benefit_level=level,
        facility=factories.facility(),
        office=factories.office(),
        issuing_place="Hà Nội",
        issued_on="2026-01-01",
        valid_from="2026-01-01",
    )
    ParticipationPeriod.objects.create(person=persons[0], scheme="bhxh", from_month="2020-01-01", employer="-")
    Alarm.objects.create(kind=Alarm.Kind.SLOW, subject="otp", last_at=timezone.now())
    UnknownReport.objects.create(gateway="a", code="73", last_at=timezone.now())
    FormerProvince.objects.create(code="35", name="Hà Nam", successor=factories.province())
    TOTPDevice.objects.create(user=people["officer"], name="-")
    access.record("account.issued", actor=people["officer"], object_type="user", object_id=people["citizen"].pk)
    alerts.open_dispute(people["citizen"], None)
    look = access.record(
        "card.checked",
        actor=people["clinic"],
        person_id=persons[0].pk,
        object_type="person",
        object_id=persons[0].pk,
        detail={"facility": "01020", "reason": "care", "by": "typed"},
    )
    file = factories.filed()
    ErasureRequest.objects.create(declaration=file)
    return Portal(file, look, something_to_find(file, look), people)
