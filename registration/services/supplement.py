"""What an officer asks a citizen to mend, the answer, and what becomes of a request nobody answers.

The file keeps its number and its place in the queue. A new photo is kept as it
comes, beside the file (`services.photos`), and becomes the file's with the
answer, as fields do. An answer is taken until the file is really refused:
whoever is late by an hour loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import User
from registration import deadlines
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import review, sms, status
from registration.services.photos import forget, put_replacements_in, required_photos, take_no_more
from registration.workflow import ITEM_FIELDS, RefusalReason, State, SupplementItem

AT_ONCE = 500
# Requests end with a day: the refusal, and its message, come in the morning after, a reminder in the morning too.
GRACE = timedelta(hours=8)
REMINDED_BEFORE = timedelta(days=3, hours=14)
_BY_CODE = {"province": "province_id", "ward": "ward_id"}


class StillMissing(PortalError):
    code = "still_missing"
    message = _("Còn mục chưa bổ sung nên chưa gửi được. Ảnh bạn đã gửi vẫn được giữ.")


class PhotosChanged(PortalError):
    """Another phone or window has put another picture in: nobody sends what they have not seen."""

    code = "photos_changed"
    message = _("Chưa gửi: có ảnh vừa được thay ở máy hoặc cửa sổ khác. Đây là ảnh đang được giữ; xem lại rồi gửi.")


class NotOverdue(PortalError):
    code = "not_overdue"
    message = _("Hồ sơ đã được bổ sung hoặc chưa hết hạn. Không có gì thay đổi.")


def ask(
    declaration_id: int, *, officer: User, items: Sequence[str], words: str, seen: int | None = None
) -> Declaration:
    """Ask for `items` (SupplementItem) in `words` the citizen will read. NotYours, AlreadyDecided, WrongState.

    `seen` as in `review.judge`.
    """
    judge = partial(review.judge, officer=officer, seen=seen)
    work = partial(_ask, officer=officer, items=items, words=words)
    return status.move(declaration_id, "ask", actor=officer, judge=judge, work=work)


def answer(declaration_id: int, *, fields: Mapping[str, object], seen: Mapping[str, str] | None = None) -> Declaration:
    """Gửi bổ sung: what the citizen declares anew, by the names of ITEM_FIELDS; places by their codes.

    Whatever was not asked for is left as it is. `seen` has the version of each new photo that was shown, by its kind,
    empty for none. WrongState, StillMissing, PhotosChanged.
    """
    work = partial(_answer, fields=fields, seen=seen or {})
    return status.move(declaration_id, "supplement", actor=None, judge=status.anyone, work=work)


def open_request(declaration: Declaration) -> SupplementRequest | None:
    """What the file waits for; None unless it waits for its citizen."""
    if declaration.state != State.SUPPLEMENT:
        return None
    return declaration.supplements.filter(answered_at=None).first()


def answered_photos(declaration: Declaration) -> dict[str, str]:
    """The version of each photo that is kept for the answer, by its kind."""
    return {photo.kind: photo.version for photo in declaration.replacements.all()}


def asked_photos(asked: SupplementRequest) -> list[Photo.Kind]:
    return [kind for kind in Photo.Kind if kind.value in asked.items]


def asked_fields(asked: SupplementRequest) -> list[str]:
    return [name for item in asked.items for name in ITEM_FIELDS[item]]


def unchanged(declaration: Declaration, asked: SupplementRequest, fields: Mapping[str, object]) -> list[str]:
    """The first field of each item that the answer leaves as it was."""
    items = [ITEM_FIELDS[item] for item in asked.items if ITEM_FIELDS[item]]
    return [names[0] for names in items if all(fields[name] == getattr(declaration, _field(name)) for name in names)]


def refuse_overdue() -> int:
    """Refuse the files nobody mended in time, how many; AT_ONCE at most."""
    ended = timezone.now() - GRACE
    overdue = SupplementRequest.objects.filter(
        answered_at=None, due_at__lt=ended, declaration__state=State.SUPPLEMENT
    ).order_by("due_at")
    return sum(_refused(pk) for pk in list(overdue.values_list("declaration_id", flat=True)[:AT_ONCE]))


def remind() -> int:
    """Tell citizens, once a request, that its time runs out; how many, AT_ONCE at most."""
    now = timezone.now()
    waiting = SupplementRequest.objects.filter(
        answered_at=None,
        reminded_at=None,
        due_at__gt=now,
        due_at__lte=now + REMINDED_BEFORE,
        asked_at__lt=now - timedelta(days=1),
        declaration__state=State.SUPPLEMENT,
    )
    return sum(
        _reminded(pk) for pk in list(waiting.order_by("due_at").values_list("declaration_id", flat=True)[:AT_ONCE])
    )


def _ask(declaration: Declaration, *, officer: User, items: Sequence[str], words: str) -> None:
    now = timezone.now()
    declaration.reviewer, declaration.received_at = officer, declaration.received_at or now
    forget(declaration.replacements.all())  # of a request that a process of an older version has ended
    asked = declaration.supplements.create(
        items=[item.value for item in SupplementItem if item.value in items],
        words=words,
        asked_by=officer,
        due_at=deadlines.supplement_due(now),
    )
    sms.tell_supplement_asked(declaration, asked)


def _answer(declaration: Declaration, *, fields: Mapping[str, object], seen: Mapping[str, str]) -> None:
    asked = declaration.supplements.select_for_update().get(answered_at=None)
    for name in asked_fields(asked):
        if name not in fields:
            raise StillMissing
        setattr(declaration, _field(name), fields[name])
    answered = answered_photos(declaration)
    if any(answered.get(kind, "") != version for kind, version in seen.items()):
        raise PhotosChanged
    kinds = {*answered, *declaration.photos.values_list("kind", flat=True)}
    if not set(asked_photos(asked)) <= answered.keys() or not set(required_photos(declaration)) <= kinds:
        raise StillMissing
    put_replacements_in(declaration)
    asked.answered_at = timezone.now()
    asked.save(update_fields=["answered_at"])


def _field(name: str) -> str:
    return _BY_CODE.get(name, name)


def _refused(declaration_id: int) -> bool:
    """False if the citizen was faster."""
    reason = RefusalReason.NOT_SUPPLEMENTED.value
    try:
        status.move(declaration_id, "refuse", actor=None, judge=_judge_overdue, work=_refuse_overdue, reason=reason)
    except NotOverdue:
        return False
    return True


def _judge_overdue(declaration: Declaration) -> None:
    asked = open_request(declaration)
    if asked is None or asked.due_at > timezone.now() - GRACE:
        raise NotOverdue


def _refuse_overdue(declaration: Declaration) -> None:
    declaration.decided_at = timezone.now()
    declaration.refusal_reason = RefusalReason.NOT_SUPPLEMENTED
    take_no_more(declaration)
    sms.tell_refused(declaration)


def _reminded(declaration_id: int) -> bool:
    with transaction.atomic():
        declaration = Declaration.objects.select_for_update().get(pk=declaration_id)
        asked = open_request(declaration)
        if asked is None or asked.reminded_at is not None:
            return False
        asked.reminded_at = timezone.now()
        asked.save(update_fields=["reminded_at"])
        sms.tell_supplement_due(declaration, asked)
    return True
