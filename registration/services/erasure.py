"""What a citizen has deleted: a draft at once, a decided file when its office grants it. Events stay."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import User
from accounts.services import access
from registration import policies, selectors
from registration.models import Declaration, ErasureRequest
from registration.services import photos, retention, sms
from registration.services.status import AlreadyFiled
from registration.workflow import DECIDED_STATES, State

logger = logging.getLogger(__name__)

SHOWN_AT_MOST = 10
# Blank afterwards. What stays names nobody: number, office, ward, state, times, the reason's code, the digest.
PERSONAL_FIELDS = (
    "phone",
    "full_name",
    "bhxh_code",
    "birth_date",
    "sex",
    "id_kind",
    "id_number",
    "address",
    "email",
    "helper_name",
    "helper_relation",
    "refusal_words",
)


class StillOpen(PortalError):
    code = "still_open"
    message = _("Hồ sơ còn đang được xét nên chưa xóa được. Rút hồ sơ trước, rồi yêu cầu xóa; chưa có gì thay đổi.")


class AlreadyAnswered(PortalError):
    code = "already_answered"
    message = _("Yêu cầu này đã có cán bộ trả lời. Câu trả lời đó giữ nguyên, việc của bạn không ghi lại.")


class PhotosStay(PortalError):
    code = "photos_stay"
    message = _("Kho ảnh đang không xóa được, nên chưa xóa gì của hồ sơ này. Yêu cầu vẫn còn; thử lại sau ít phút.")


class NotYours(PortalError):
    code = "not_yours"
    message = _("Yêu cầu này không thuộc cơ quan của bạn. Không có gì thay đổi.")


def delete_draft(draft_id: int) -> None:
    """With its photos, at its citizen's word. AlreadyFiled once it is filed; one that is gone already is gone."""
    with transaction.atomic():
        draft = Declaration.objects.select_for_update().filter(pk=draft_id).first()
        if draft is None:
            return
        if draft.state != State.DRAFT:
            raise AlreadyFiled
        photos.forget(draft.photos.all())
        draft.delete()
        access.record("declaration.deleted", actor=None, object_type="declaration", object_id=draft_id)


def ask(declaration_id: int) -> ErasureRequest:
    """The citizen's request to the file's office; a second one is the first. StillOpen before the decision."""
    with transaction.atomic():
        declaration = Declaration.objects.select_for_update().get(pk=declaration_id)
        if declaration.state not in DECIDED_STATES:
            raise StillOpen
        request, is_new = ErasureRequest.objects.get_or_create(declaration=declaration)
        if is_new:
            _note("declaration.erasure_asked", declaration, actor=None)
    return request


def visible_to(officer: User) -> QuerySet[ErasureRequest]:
    """Of the files of the officer's own office; a ward's officer sees none."""
    if not policies.sees_erasures(officer):
        return ErasureRequest.objects.none()
    return ErasureRequest.objects.filter(declaration__in=policies.visible_to(officer))


def waiting(officer: User) -> list[str]:
    """File numbers of the oldest requests nobody has answered, SHOWN_AT_MOST."""
    unanswered = visible_to(officer).filter(decided_at=None).order_by("asked_at")
    return [str(request.declaration) for request in unanswered.select_related("declaration")[:SHOWN_AT_MOST]]


def grant(request_id: int, *, officer: User) -> None:
    """Erase the file's personal data, photos first. NotYours, AlreadyAnswered, PhotosStay."""
    _answer(request_id, officer=officer, action="declaration.erased", work=_erase)


def refuse(request_id: int, *, officer: User, words: str) -> None:
    """`words` say why, and are shown to the citizen. NotYours, AlreadyAnswered."""

    def keep(request: ErasureRequest, declaration: Declaration) -> None:
        request.words = words
        sms.tell_not_erased(declaration)

    _answer(request_id, officer=officer, action="declaration.erasure_refused", work=keep)


def _answer(
    request_id: int, *, officer: User, action: str, work: Callable[[ErasureRequest, Declaration], None]
) -> None:
    with transaction.atomic():
        request = ErasureRequest.objects.select_for_update().filter(pk=request_id).first()
        is_theirs = visible_to(officer).filter(pk=request_id).exists() and policies.is_reviewer(officer)
        if request is None or not is_theirs:
            raise NotYours
        if request.decided_at is not None:
            raise AlreadyAnswered
        request.decided_by, request.decided_at = officer, timezone.now()
        declaration = Declaration.objects.select_for_update().get(pk=request.declaration_id)
        _note(action, declaration, actor=officer)  # while it still says whose it is
        work(request, declaration)
        request.save()


def _erase(request: ErasureRequest, declaration: Declaration) -> None:
    try:
        retention.delete_photos(declaration)
    except Exception as error:  # whatever a storage backend raises
        logger.exception("The photos of declaration %s could not be deleted", declaration.pk)
        raise PhotosStay from error
    sms.tell_erased(declaration)
    for name in PERSONAL_FIELDS:
        setattr(declaration, name, "")
    declaration.erased_at = timezone.now()
    declaration.save()
    declaration.handovers.all().delete()
    declaration.supplements.update(words="")
    request.is_granted = True


def _note(action: str, declaration: Declaration, *, actor: User | None) -> None:
    access.record(
        action,
        actor=actor,
        person_id=selectors.declared_person_id(declaration),
        object_type="declaration",
        object_id=declaration.pk,
    )
