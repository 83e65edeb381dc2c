"""From a proved phone to a filed declaration."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.models import IdKind, Language
from registration import consent, places
from registration.models import Declaration, FileCounter
from registration.services import duplicates, handovers, photos, sms, status
from registration.services.status import AlreadyFiled
from registration.workflow import DRAFT_LASTS, State

# What each page of the declaration has to fill; e-mail alone is optional.
IDENTITY_FIELDS = ("full_name", "bhxh_code", "birth_date", "sex", "id_kind", "id_number")
ADDRESS_FIELDS = ("province_id", "ward_id", "address", "office_id")
MOST_DRAFTS = 5  # open at once on one phone, which may be a family's
PURGED_AT_ONCE = 500


class Incomplete(PortalError):
    code = "incomplete"
    message = _("Tờ khai còn thiếu một số mục. Những gì bạn đã nhập vẫn được giữ.")


class PlaceClosed(Incomplete):
    """Only the place is missing: what was chosen has been rearranged since."""

    code = "place_closed"
    message = _(
        "Chưa ghi nhận được: phường/xã hoặc cơ quan BHXH bạn chọn đã thay đổi từ khi bạn khai. "
        "Chọn lại trên trang này; mọi mục khác vẫn được giữ."
    )


class AnswersChanged(PortalError):
    """Nobody commits to answers they were not shown: another tab or browser changed one meanwhile."""

    code = "answers_changed"
    message = _(
        "Tờ khai vừa được sửa ở một trang hay một máy khác, nên chưa ghi nhận. Mọi mục vẫn được giữ; "
        "xem lại bản mới nhất dưới đây rồi đánh dấu lần nữa."
    )


class OpenFileThere(PortalError):
    """Of the same phone, for the same code; nobody files twice without meaning to."""

    code = "open_file_there"
    message = _(
        "Chưa ghi nhận: số điện thoại này đã có hồ sơ đang chờ cho cùng mã số BHXH. "
        "Tờ khai vẫn được giữ nguyên; xem hồ sơ đó trước."
    )


class TooManyDrafts(PortalError):
    code = "too_many_drafts"
    message = _(
        "Số điện thoại này đang có %(most)d tờ khai làm dở, tờ nào cũng được giữ. Làm tiếp và nộp một tờ trước, rồi "
        "khai tờ mới."
    )


def open_drafts(phone: str) -> list[Declaration]:
    """What was begun with this number (E.164) and not finished, wherever that was: the newest first, MOST_DRAFTS."""
    since = timezone.now() - DRAFT_LASTS
    drafts = Declaration.objects.filter(phone=phone, state=State.DRAFT, updated_at__gte=since)
    return list(drafts.order_by("-updated_at", "-pk")[:MOST_DRAFTS])


def another_draft(*, phone: str) -> Declaration:
    """For another person with the same phone: one with nothing in it yet, or a new one. TooManyDrafts."""
    drafts = open_drafts(phone)
    blank = next((draft for draft in drafts if is_blank(draft)), None)
    if blank is None and len(drafts) >= MOST_DRAFTS:
        raise TooManyDrafts(most=MOST_DRAFTS)
    return blank or start_draft(phone=phone)


def is_blank(draft: Declaration) -> bool:
    """Whether nothing has been answered yet."""
    answered = any(getattr(draft, name) for name in (*IDENTITY_FIELDS, *ADDRESS_FIELDS))
    return not answered and not draft.photos.exists()


def start_draft(*, phone: str) -> Declaration:
    """A new draft for a number just proved; its messages are in the language it was opened in."""
    language = get_language() or Language.VIETNAMESE
    return Declaration.objects.create(phone=phone, phone_proved_at=timezone.now(), language=language)


def save_answers(draft_id: int, **answers: object) -> None:
    """Keep what one page asked. AlreadyFiled once the draft is filed."""
    saved = Declaration.objects.filter(pk=draft_id, state=State.DRAFT).update(**answers, updated_at=timezone.now())
    if not saved:
        raise AlreadyFiled


def file_declaration(draft_id: int, *, shown: str = "", again: bool = False, language: str = "") -> Declaration:
    """Ghi nhận: number, consent and state in one transaction.

    A second press gives the same filed declaration. Incomplete if a page was skipped or a place is gone;
    AnswersChanged if the draft is no longer the `edition` that was `shown`; OpenFileThere unless it is meant to be
    filed `again`. Its messages are from here on in `language`, if that is given.
    """
    judge = partial(_judge_filing, shown=shown, again=again)
    try:
        with transaction.atomic():
            if not again:
                _lock_drafts_beside(draft_id)
            return status.move(draft_id, "file", actor=None, judge=judge, work=partial(_file, language=language))
    except AlreadyFiled:
        return Declaration.objects.get(pk=draft_id)


def edition(draft: Declaration) -> str:
    """Another one after every answer and every picture that is saved."""
    return draft.updated_at.isoformat()


def purge_old_drafts() -> int:
    """Delete drafts untouched for DRAFT_LASTS, with their photos; how many, PURGED_AT_ONCE at most."""
    untouched = Declaration.objects.filter(state=State.DRAFT, updated_at__lt=timezone.now() - DRAFT_LASTS)
    pks = list(untouched.values_list("pk", flat=True)[:PURGED_AT_ONCE])
    for pk in pks:
        with transaction.atomic():
            draft = untouched.select_for_update().filter(pk=pk).first()
            if draft is not None:
                photos.forget(draft.photos.all())
                draft.delete()
    return len(pks)


def require_complete(draft: Declaration) -> None:
    """PlaceClosed where nothing is missing but a place that is no longer there, else Incomplete."""
    missing = missing_parts(draft)
    if missing == ["address"] and places.closed_places(draft):
        raise PlaceClosed
    if missing:
        raise Incomplete


def missing_parts(draft: Declaration) -> list[str]:
    """The pages still to be filled: `identity`, `photos`, `address`, in that order.

    A place that is in force no more counts as missing: it may have gone while the draft waited.
    """
    kinds = set(draft.photos.values_list("kind", flat=True))
    parts = {
        "identity": all(getattr(draft, name) for name in IDENTITY_FIELDS),
        "photos": set(photos.required_photos(draft)) <= kinds,
        "address": all(getattr(draft, name) for name in ADDRESS_FIELDS) and not places.closed_places(draft),
    }
    return [name for name, is_done in parts.items() if not is_done]


def cccd_agrees(declaration: Declaration) -> bool:
    """Digit 4 holds century and sex (0/1 male/female 19xx, 2/3 20xx, …), digits 5–6 the birth year."""
    if declaration.id_kind != IdKind.CCCD:
        return True
    number, year = declaration.id_number, int(declaration.birth_date[:4])
    digit = (year // 100 - 19) * 2 + (declaration.sex == "female")
    return number[3] == str(digit) and number[4:6] == f"{year % 100:02d}"


def _lock_drafts_beside(draft_id: int) -> None:
    """All drafts of its phone, in one order: two of them filed at once must see each other."""
    phone = Declaration.objects.filter(pk=draft_id).values("phone")[:1]
    drafts = Declaration.objects.select_for_update().filter(phone=phone, state=State.DRAFT).order_by("pk")
    list(drafts.values_list("pk", flat=True))


def _judge_filing(draft: Declaration, *, shown: str, again: bool) -> None:
    if draft.state != State.DRAFT:
        raise AlreadyFiled
    require_complete(draft)
    if shown and shown != edition(draft):
        raise AnswersChanged
    if not again and duplicates.is_filed_here(draft):
        raise OpenFileThere


def _file(draft: Declaration, *, language: str) -> None:
    now = timezone.now()
    draft.language = language or draft.language
    draft.file_number = _next_file_number(str(draft.office_id), year=timezone.localdate(now).year)
    draft.filed_at = draft.consented_at = now
    words = consent.current()
    draft.consent_version, draft.consent_digest = words.version, words.digest
    photos.forget(draft.photos.exclude(kind__in=photos.required_photos(draft)))
    photos.forget_sources(draft)
    handovers.end(draft)
    sms.tell_filed(draft)


def _next_file_number(office_code: str, *, year: int) -> str:
    """`03706/2026/07906`: sequence of the office and year, year, office; taken only if the filing commits."""
    FileCounter.objects.get_or_create(office_id=office_code, year=year)
    counter = FileCounter.objects.select_for_update().get(office_id=office_code, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{counter.last:05d}/{year}/{office_code}"
