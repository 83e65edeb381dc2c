"""The printed declaration: what stands on it, what is masked (docs/adr/0021-the-printed-declaration.md), the event."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.services import access
from registration import selectors
from registration.models import Declaration, Photo
from registration.services import photos
from registration.sheet import Section, SheetContent, draw

HIDDEN = "•"


def print_sheet(declaration: Declaration) -> bytes:
    """The PDF, in Vietnamese whatever the page's language; that it was made is an event."""
    with translation.override("vi"):
        drawn = draw(content_of(declaration))
    access.record(
        "declaration.printed",
        actor=None,
        person_id=selectors.declared_person_id(declaration),
        object_type="declaration",
        object_id=declaration.pk,
    )
    return drawn


def content_of(declaration: Declaration) -> SheetContent:
    """Of a filed declaration."""
    return SheetContent(
        portal_name=settings.PORTAL_NAME,
        notice=_("Bản triển khai độc lập, không phải trang của BHXH Việt Nam. Không nhập dữ liệu thật.")
        if settings.PORTAL_IS_REPLICA
        else "",
        file_number=str(declaration.file_number),
        filed_at=timezone.localtime(declaration.filed_at),
        office=str(declaration.office),
        follow_at=f"{settings.PORTAL_ORIGIN.rstrip('/')}{reverse('registration:track')}",
        sections=(_applicant(declaration), _place(declaration), _helper(declaration), _agreed(declaration)),
        portrait=_portrait(declaration),
    )


def _applicant(declaration: Declaration) -> Section:
    code = declaration.bhxh_code
    answers = (
        (_("Họ và tên"), declaration.full_name),
        (_("Mã số BHXH"), f"{code[:5]} {code[5:]}".strip()),
        (_("Ngày sinh"), declaration.birth_date_text),
        (_("Giới tính"), str(declaration.get_sex_display())),
        (_("Giấy tờ"), str(declaration.get_id_kind_display())),
        (_("Số giấy tờ"), _ending(declaration.id_number, 4)),
        (_("Ảnh đã nộp"), "; ".join(str(photo.get_kind_display()) for photo in photos.in_order(declaration))),
    )
    return Section(_("Người khai"), answers)


def _place(declaration: Declaration) -> Section:
    answers = (
        (_("Số nhà, thôn"), declaration.address),
        (_("Phường/Xã"), str(declaration.ward)),
        (_("Tỉnh/Thành phố"), str(declaration.province)),
        (_("Điện thoại"), _ending(str(declaration.phone), 3)),
        (_("Email"), _masked_email(declaration.email)),
    )
    return Section(_("Nơi ở và liên hệ"), answers)


def _helper(declaration: Declaration) -> Section:
    answers = (
        (_("Họ và tên"), declaration.helper_name),
        (_("Quan hệ với người khai"), str(declaration.get_helper_relation_display())),
    )
    return Section(_("Người khai giúp"), answers)


def _agreed(declaration: Declaration) -> Section:
    if declaration.consented_at is None:
        return Section("", ())
    at = timezone.localtime(declaration.consented_at)
    said = _("%(version)s, lúc %(time)s ngày %(day)s") % {
        "version": declaration.consent_version,
        "time": f"{at:%H:%M}",
        "day": f"{at:%d/%m/%Y}",
    }
    return Section(_("Đồng ý và cam kết"), ((_("Bản cam kết"), said),))


def _portrait(declaration: Declaration) -> bytes | None:
    """The small picture: 200 dots an inch at 3x4. A sheet without it is still a sheet."""
    portrait = declaration.photos.filter(kind=Photo.Kind.PORTRAIT).first()
    if portrait is None:
        return None
    try:
        with portrait.thumbnail.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _ending(number: str, shown: int) -> str:
    return f"{HIDDEN * 5} {number[-shown:]}" if number else ""


def _masked_email(email: str) -> str:
    name, _at, host = email.partition("@")
    return f"{name[:1]}{HIDDEN * 5}@{host}" if email else ""
