"""What a citizen's paper says, read from its QR code to save typing: into the form, never into the declaration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError
from accounts.limits import client_address
from registration import qr_reading
from registration.forms.identity import IdentityForm, as_stored
from registration.images import PhotoBusy
from registration.models import Declaration
from registration.readings import Reading, agrees, reading_of, shown
from registration.views.drafts import READINGS

READ_PAPER = "read_paper"  # the button
PICTURE, TEXT = "paper_qr", "paper_text"
LONGEST_TEXT = 2953  # bytes in the largest QR code there is
READING_LASTS = 60  # seconds after which a dead upload no longer holds up the next
_pages = BoundedSemaphore(3)


class NoPaperChosen(PortalError):
    code = "no_paper_chosen"
    message = _("Chọn hoặc chụp ảnh có mã QR của căn cước, CCCD hoặc thẻ BHYT.")


class NoPaperFound(PortalError):
    code = "no_paper_found"
    message = _(
        "Không thấy mã QR của căn cước, CCCD hoặc thẻ BHYT trong ảnh. Chụp lại gần hơn, đủ sáng, không lóa, cho mã QR "
        "nằm trọn trong ảnh; hoặc tự điền các ô bên dưới."
    )


@dataclass(frozen=True)
class Difference:
    """A field that the person has filled otherwise than the paper says; what was typed stands."""

    label: str
    focus_id: str
    typed: str
    read: str


@dataclass(frozen=True)
class Filled:
    """What the page shows after a reading: the form with empty fields filled, and what differs."""

    form: IdentityForm
    labels: list[str]
    differences: list[Difference]


def read(request: HttpRequest, draft: Declaration) -> Reading:
    """What the paper in the sent picture (or the text its browser read) says, remembered in the session.

    NoPaperChosen, NoPaperFound, TooManyRequests, Busy, or an `images.PhotoError`. The picture is not kept.
    """
    reading = reading_of(_text(request, draft))
    if reading is None:
        raise NoPaperFound
    request.session[READINGS] = {"draft": draft.pk, "said": {**said_by_papers(request, draft), **reading}}
    return reading


def said_by_papers(request: HttpRequest, draft: Declaration) -> Reading:
    """All that the papers read for this draft in this browser say, the latest first heard; empty if none was."""
    kept = request.session.get(READINGS, {})
    return dict(kept["said"]) if kept.get("draft") == draft.pk else {}


def forget(request: HttpRequest) -> None:
    request.session.pop(READINGS, None)


def fill(typed: dict[str, str], reading: Reading) -> Filled:
    """An empty field takes what the paper says; a filled one keeps what was typed, and the two are shown."""
    fitting = _fitting(typed, reading)
    missing = {name: shown(name, value) for name, value in fitting.items() if not typed.get(name, "").strip()}
    form = IdentityForm(initial={**typed, **missing})
    differing = [name for name in fitting if name not in missing and not _is_typed(name, typed[name], fitting[name])]
    return Filled(
        form=form,
        labels=[str(form[name].label) for name in missing],
        differences=[_difference(form, name, typed[name], fitting[name]) for name in differing],
    )


def _text(request: HttpRequest, draft: Declaration) -> str:
    upload = request.FILES.get(PICTURE)
    text = request.POST.get(TEXT, "")[:LONGEST_TEXT]
    if upload is None:
        if not text:
            raise NoPaperChosen
        return text
    limits.hit("photo.address", client_address(request))
    limits.hit("photo.draft", str(draft.pk))
    with limits.one_at_a_time("paper", str(draft.pk), seconds=READING_LASTS), _page_waits():
        return qr_reading.read(cast(BinaryIO, upload)) or ""


@contextmanager
def _page_waits() -> Iterator[None]:
    """Pages that wait for a reading may hold some of a process's threads, never all: other pages go on."""
    if not _pages.acquire(blocking=False):
        raise PhotoBusy
    try:
        yield
    finally:
        _pages.release()


def _fitting(typed: dict[str, str], reading: Reading) -> Reading:
    """The reading's own fields of the form; a number goes only with its own kind of paper."""
    fitting = {name: reading[name] for name in IdentityForm.base_fields if name in reading}
    if typed.get("id_kind", "") not in ("", fitting.get("id_kind", "")):
        fitting.pop("id_number", None)
    return fitting


def _is_typed(name: str, typed: str, read_value: str) -> bool:
    """Whether the person has typed just that, in whatever way people write it."""
    try:
        return agrees(name, as_stored(name, typed), read_value)
    except ValueError:
        return False


def _difference(form: IdentityForm, name: str, typed: str, read_value: str) -> Difference:
    field = form[name]
    words = dict(getattr(field.field, "choices", ()))
    return Difference(
        label=str(field.label),
        focus_id=field.focus_id,  # type: ignore[attr-defined]  # a PortalBoundField
        typed=str(words.get(typed, typed)),
        read=str(words.get(read_value, shown(name, read_value))),
    )
