"""From a proved phone to a filed declaration."""

from __future__ import annotations

from datetime import timedelta
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import IdKind, Language
from registration import consent
from registration.images import Picture, Shape, prepare
from registration.models import Declaration, FileCounter, Photo
from registration.services import sms, status
from registration.workflow import State

# What each page of the declaration has to fill; e-mail alone is optional.
IDENTITY_FIELDS = ("full_name", "bhxh_code", "birth_date", "sex", "id_kind", "id_number")
ADDRESS_FIELDS = ("province_id", "ward_id", "address", "office_id")
DRAFT_LASTS = timedelta(days=30)
PURGED_AT_ONCE = 500


class AlreadyFiled(PortalError):
    code = "already_filed"
    message = _("Tờ khai này đã được ghi nhận nên không sửa được nữa. Những gì đã ghi nhận vẫn giữ nguyên.")


class Incomplete(PortalError):
    code = "incomplete"
    message = _("Tờ khai còn thiếu một số mục. Những gì bạn đã nhập vẫn được giữ.")


def start_draft(*, phone: str) -> Declaration:
    """A new draft for a number just proved; its messages are in the language it was opened in."""
    language = get_language() or Language.VIETNAMESE
    return Declaration.objects.create(phone=phone, phone_proved_at=timezone.now(), language=language)


def save_answers(draft_id: int, **answers: object) -> None:
    """Keep what one page asked. AlreadyFiled once the draft is filed."""
    saved = Declaration.objects.filter(pk=draft_id, state=State.DRAFT).update(**answers, updated_at=timezone.now())
    if not saved:
        raise AlreadyFiled


def save_photo(draft_id: int, *, kind: Photo.Kind, file: BinaryIO) -> Photo:
    """Decode, straighten, re-encode and keep one picture in place of an earlier one.

    A `registration.images.PhotoError` leaves the earlier picture; so does AlreadyFiled.
    """
    shape = Shape.PORTRAIT if kind == Photo.Kind.PORTRAIT else Shape.DOCUMENT
    picture = prepare(file, shape=shape)
    photo = Photo(declaration_id=draft_id, kind=kind, width=picture.width, height=picture.height)
    _store(photo, picture)
    try:
        with transaction.atomic():
            draft = Declaration.objects.select_for_update().get(pk=draft_id)
            if draft.state != State.DRAFT:
                raise AlreadyFiled
            _forget(draft.photos.filter(kind=kind))
            photo.save()
            draft.save(update_fields=["updated_at"])
    except BaseException:
        _delete_files([photo.file.name, photo.thumbnail.name])
        raise
    return photo


def file_declaration(draft_id: int) -> Declaration:
    """Ghi nhận: number, consent and state in one transaction.

    A second press gives the same filed declaration. Incomplete if a page was skipped.
    """
    try:
        return status.move(draft_id, "file", actor=None, judge=_judge_filing, work=_file)
    except AlreadyFiled:
        return Declaration.objects.get(pk=draft_id)


def purge_old_drafts() -> int:
    """Delete drafts untouched for DRAFT_LASTS, with their photos; how many, PURGED_AT_ONCE at most."""
    untouched = Declaration.objects.filter(state=State.DRAFT, updated_at__lt=timezone.now() - DRAFT_LASTS)
    pks = list(untouched.values_list("pk", flat=True)[:PURGED_AT_ONCE])
    for pk in pks:
        with transaction.atomic():
            draft = untouched.select_for_update().filter(pk=pk).first()
            if draft is not None:
                _forget(draft.photos.all())
                draft.delete()
    return len(pks)


def missing_parts(draft: Declaration) -> list[str]:
    """The pages still to be filled: `identity`, `photos`, `address`, in that order."""
    kinds = set(draft.photos.values_list("kind", flat=True))
    parts = {
        "identity": all(getattr(draft, name) for name in IDENTITY_FIELDS),
        "photos": set(required_photos(draft)) <= kinds,
        "address": all(getattr(draft, name) for name in ADDRESS_FIELDS),
    }
    return [name for name, is_done in parts.items() if not is_done]


def required_photos(draft: Declaration) -> list[Photo.Kind]:
    """A passport has one page; other papers have a front and a back."""
    if draft.id_kind == IdKind.PASSPORT:
        return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT]
    return [Photo.Kind.PORTRAIT, Photo.Kind.ID_FRONT, Photo.Kind.ID_BACK]


def cccd_agrees(declaration: Declaration) -> bool:
    """Digit 4 holds century and sex (0/1 male/female 19xx, 2/3 20xx, …), digits 5–6 the birth year."""
    if declaration.id_kind != IdKind.CCCD:
        return True
    number, year = declaration.id_number, int(declaration.birth_date[:4])
    digit = (year // 100 - 19) * 2 + (declaration.sex == "female")
    return number[3] == str(digit) and number[4:6] == f"{year % 100:02d}"


def _judge_filing(draft: Declaration) -> None:
    if draft.state != State.DRAFT:
        raise AlreadyFiled
    if missing_parts(draft):
        raise Incomplete


def _file(draft: Declaration) -> None:
    now = timezone.now()
    draft.file_number = _next_file_number(str(draft.office_id), year=timezone.localdate(now).year)
    draft.filed_at = draft.consented_at = now
    draft.consent_version, draft.consent_digest = consent.VERSION, consent.digest()
    _forget(draft.photos.exclude(kind__in=required_photos(draft)))
    sms.tell_filed(draft)


def _next_file_number(office_code: str, *, year: int) -> str:
    """`03706/2026/07906`: sequence of the office and year, year, office; taken only if the filing commits."""
    FileCounter.objects.get_or_create(office_id=office_code, year=year)
    counter = FileCounter.objects.select_for_update().get(office_id=office_code, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{counter.last:05d}/{year}/{office_code}"


def _store(photo: Photo, picture: Picture) -> None:
    photo.file.save("", ContentFile(picture.data), save=False)
    photo.thumbnail.save("", ContentFile(picture.thumbnail), save=False)


def _forget(photos: models.QuerySet[Photo]) -> None:
    """Delete rows now, their files once that is certain."""
    names = [name for photo in photos for name in (photo.file.name, photo.thumbnail.name)]
    photos.delete()
    # Robust: a storage that cannot delete now must not undo what is already committed.
    transaction.on_commit(lambda: _delete_files(names), robust=True)


def _delete_files(names: list[str | None]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)
