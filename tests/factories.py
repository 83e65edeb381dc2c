"""Invented people and places, made as plainly as a test can read."""

from __future__ import annotations

import io
import time
from functools import cache
from itertools import count
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Device, Facility, Office, Person, Province, User, Ward
from accounts.names import name_key
from accounts.services import roles, sessions
from accounts.services.roles import Role
from cards.models import Card
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import intake, photos, supplement

PASSWORD = "cau-vong-sau-mua-88"
_codes = count(1)


def province(code: str = "01", name: str = "Hà Nội") -> Province:
    return Province.objects.get_or_create(
        code=code, defaults={"name": name, "full_name": f"Thành phố {name}", "unit": "Thành phố"}
    )[0]


def ward(code: str = "00004", name: str = "Ba Đình", **fields: Any) -> Ward:
    values = {"name": name, "full_name": f"Phường {name}", "unit": "Phường", "province": province(), **fields}
    return Ward.objects.get_or_create(code=code, defaults=values)[0]


def office(code: str = "00101", name: str = "Bảo hiểm xã hội cơ sở Ba Đình", level: str = Office.Level.LOCAL) -> Office:
    values = {"name": name, "level": level, "province": province()}
    return Office.objects.get_or_create(code=code, defaults=values)[0]


def person(bhxh_code: str = "9900000001", **fields: Any) -> Person:
    values = {
        "full_name": "Nguyễn Văn Mẫu",
        "birth_date": "1985-08-15",
        "sex": "male",
        "id_kind": "cccd",
        "id_number": f"00108599{next(_codes):04d}",
        "phone": "+84999000001",
        "ward": ward(),
        "address": "Số 12",
        **fields,
    }
    return Person.objects.create(bhxh_code=bhxh_code, name_key=name_key(values["full_name"]), **values)


def twin(bhxh_code: str, *, of: str) -> Person:
    """Somebody like this person of the register, with the same card and history; paper and phone end as the code."""
    made = Person.objects.get(bhxh_code=of)
    cards, periods = list(made.cards.all()), list(made.participation.all())
    made.pk, made.bhxh_code, made.id_number = None, bhxh_code, made.id_number[:-2] + bhxh_code[-2:]
    made.phone = f"+849990000{bhxh_code[-2:]}"
    made.save()
    for one in [*cards, *periods]:
        one.pk, one.person = None, made
        if isinstance(one, Card):
            one.card_number, one.qr_digest, one.qr_svg = one.card_number.replace(of, bhxh_code), "", ""
        one.save()
    return made


def officer(username: str = "canbo", *, role: Role | None = None, **fields: Any) -> User:
    """With the role that the office and ward imply, unless another is named; a superuser has none."""
    values = {"kind": User.Kind.STAFF, "office": office(), **fields}
    return _with_role(User.objects.create_user(username, PASSWORD, **values), role)


def administrator(username: str = "quantri", **fields: Any) -> User:
    return officer(username, role=Role.ADMINISTRATOR, **{"office": None, **fields})


def _with_role(user: User, role: Role | None) -> User:
    role = role or roles.implied(user)
    if role is not None and not user.is_superuser:
        roles.give(user, role)
    return user


def citizen(whose: Person, **fields: Any) -> User:
    return User.objects.create_user(
        whose.bhxh_code,
        PASSWORD,
        **{"kind": User.Kind.CITIZEN, "bhxh_code": whose.bhxh_code, "person": whose, "phone": "+84999000001", **fields},
    )


def facility(code: str = "01020", name: str = "Bệnh viện Thử") -> Facility:
    return Facility.objects.get_or_create(code=code, defaults={"name": name})[0]


def desk(username: str = "01020_BV", *, role: Role | None = None, **fields: Any) -> User:
    """A clinic's desk."""
    values = {"kind": User.Kind.CLINIC, "facility": facility(), **fields}
    return _with_role(User.objects.create_user(username, PASSWORD, **values), role)


def browser(key: str = "k" * 43) -> Client:
    """A browser with the secret it keeps: two made alike are one and the same browser."""
    client = Client()
    client.cookies[settings.DEVICE_COOKIE_NAME] = key
    return client


def signed_in(user: User, client: Client | None = None) -> Client:
    """A browser signed in as this user; a citizen's becomes the account's active device."""
    client = client or Client()
    client.force_login(user)
    device = Device.objects.create(user=user, name="Chrome trên Android", last_used_at=timezone.now())
    if user.kind == User.Kind.CITIZEN:
        user.active_device = device
        user.save(update_fields=["active_device"])
    session = client.session
    session[sessions.DEVICE] = device.pk
    session[sessions.USED] = int(time.time())
    session.save()
    return client


@cache
def jpeg(size: tuple[int, int] = (600, 800), colour: str = "#3b6ea5") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def draft(**fields: Any) -> Declaration:
    """A draft with everything filled in but Ghi nhận, as the register's first demo person would fill it."""
    values = {
        "phone": "+84999000001",
        "phone_proved_at": timezone.now(),
        "full_name": "Nguyễn Văn Mẫu",
        "bhxh_code": "9900000001",
        "birth_date": "1985-08-15",
        "sex": "male",
        "id_kind": "cccd",
        "id_number": "001085999001",
        "province": province(),
        "ward": ward(),
        "address": "Số 12",
        "office": office(),
        **fields,
    }
    made = Declaration.objects.create(**values)
    for kind in photos.required_photos(made):
        photo = Photo(declaration=made, kind=kind, width=600, height=800)
        photo.file.save("", ContentFile(jpeg()), save=False)
        photo.thumbnail.save("", ContentFile(jpeg((240, 320))), save=False)
        photo.save()
    return made


def filed(**fields: Any) -> Declaration:
    """Whatever else its phone has waiting."""
    return intake.file_declaration(draft(**fields).pk, again=True)


def asked(filed: Declaration, *items: str, words: str = "Chụp lại ảnh, ghi lại tên.") -> SupplementRequest:
    """What an officer of its office has asked the citizen for."""
    by = User.objects.filter(username="canbo").first() or officer()
    supplement.ask(filed.pk, officer=by, items=items, words=words)
    return filed.supplements.get(answered_at=None)
