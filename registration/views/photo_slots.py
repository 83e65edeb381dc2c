"""A page of pictures: a slot each, in which a picture is kept as soon as it can be read, turned and cut.

One address takes all that its page sends. A form without JavaScript sends whatever was picked and reads a whole page;
the script sends one picture at a time with `slot` and reads that slot alone, drawn by the same template.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, BinaryIO, NamedTuple, cast

from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import limits
from accounts.errors import PortalError
from accounts.form_rendering import PortalForm, form_page
from accounts.limits import client_address
from registration import hints
from registration.apart import one_of
from registration.images import MAX_BYTES, PhotoBusy, PhotoTooLarge
from registration.models import Declaration, Photo, StoredPhoto
from registration.services.photo_edits import EDITS, edit_photo
from registration.services.photos import save_photo
from registration.services.status import AlreadyFiled

UPLOAD_LASTS = 120  # seconds after which a dead upload no longer holds up the next
# Uploads may hold some of a process's threads, never all: other pages go on.
_upload_places = BoundedSemaphore(4)


class Slot(NamedTuple):
    """One picture on the page: its field, what is kept of it, and the address that shows that.

    `is_refused`: an officer waits for another one in its place. `is_received`: another phone, which may not see the
    picture, has sent it. `is_watched`: the page says which picture it showed, so that no other one is sent by it.
    """

    field: BoundField
    photo: StoredPhoto | None = None
    address: str = ""
    is_refused: bool = False
    is_received: bool = False
    is_watched: bool = False

    @property
    def is_kept(self) -> bool:
        """It is the citizen's to turn and cut."""
        return self.photo is not None and not self.is_refused

    @property
    def advice(self) -> list[str]:
        """What a machine would say to its citizen."""
        return [str(said.citizen) for said in hints.words(self.photo.hints)] if self.photo and self.is_kept else []


def only_in(request: HttpRequest, kinds: list[Photo.Kind]) -> list[Photo.Kind]:
    """The one picture that the script has sent."""
    return [kind for kind in kinds if kind.value == request.POST.get("slot")]


def edit_in(request: HttpRequest, kinds: list[Photo.Kind]) -> tuple[Photo.Kind, str] | None:
    """The button pressed: `portrait left`."""
    kind, _blank, edit = request.POST.get("edit", "").partition(" ")
    return (Photo.Kind(kind), edit) if kind in kinds and edit in EDITS else None


def keep_photos(
    request: HttpRequest, form: PortalForm, declaration: Declaration, kinds: list[Photo.Kind], *, kept: set[str]
) -> None:
    """Each readable picture is kept, whatever is wrong with the others; one upload of a declaration at a time.

    Kinds that are neither sent nor `kept` are asked for.
    """
    for kind in kinds:
        if kind.value not in (*kept, *form.files):
            form.add_error(kind.value, _("Chọn hoặc chụp %(photo)s.") % {"photo": _within(form, kind)})
    if not form.files:
        return
    with _refused_in(form):
        limits.hit("photo.address", client_address(request))
        limits.hit("photo.draft", str(declaration.pk))
        with _alone(declaration):
            _keep_each(form, declaration, [kind for kind in kinds if kind.value in form.files])


def edit_picture(form: PortalForm, declaration: Declaration, kind: Photo.Kind, edit: str) -> None:
    with _refused_in(form, field=kind.value):
        limits.hit("photo.edit", str(declaration.pk))
        with _alone(declaration):
            edit_photo(declaration.pk, kind=kind, edit=edit)


def slot_alone(request: HttpRequest, form: PortalForm, slot: Slot, **context: Any) -> HttpResponse:
    """What the script puts in place of the slot."""
    shown = {"form": form, "slot": slot, "is_alone": True, "too_large": PhotoTooLarge()}
    return form_page(request, "registration/photo_slot.html", {**shown, **context})


def of_slots(slots: list[Slot]) -> dict[str, Any]:
    """What the template of a page of slots needs."""
    return {"slots": slots, "too_large": PhotoTooLarge(), "max_bytes": MAX_BYTES}


def _within(form: PortalForm, kind: Photo.Kind) -> str:
    """The label inside a sentence."""
    label = str(form.fields[kind.value].label)
    return label[:1].lower() + label[1:]


@contextmanager
def _refused_in(form: PortalForm, *, field: str | None = None) -> Iterator[None]:
    """Whatever else is wrong is said on the page; a declaration that takes no more pictures has another one."""
    try:
        yield
    except AlreadyFiled:
        raise
    except PortalError as error:
        form.refuse(error, field=field)


@contextmanager
def _alone(declaration: Declaration) -> Iterator[None]:
    one = limits.one_at_a_time("photo", str(declaration.pk), seconds=UPLOAD_LASTS)
    with one, one_of(_upload_places, wait=0, busy=PhotoBusy()):
        yield


def _keep_each(form: PortalForm, declaration: Declaration, kinds: list[Photo.Kind]) -> None:
    for kind in kinds:
        try:
            save_photo(declaration.pk, kind=kind, file=cast(BinaryIO, form.files[kind.value]))
        except (AlreadyFiled, PhotoBusy):
            raise
        except PortalError as error:
            form.refuse(error, field=kind.value, about=str(form.fields[kind.value].label))
