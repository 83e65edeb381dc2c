"""The pictures: each is kept as soon as it can be read.

One address takes them all. A form without JavaScript sends whatever was picked and reads a whole page;
the script sends one picture at a time with `slot` and reads that slot alone, drawn by the same template.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import BinaryIO, NamedTuple, cast

from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.errors import PortalError
from accounts.files import private_image
from accounts.form_rendering import PortalForm, form_page
from accounts.limits import client_address
from registration import hints
from registration.forms.photos import PhotosForm
from registration.images import MAX_BYTES, PhotoBusy, PhotoTooLarge
from registration.models import Declaration, Photo
from registration.services.photo_edits import EDITS, edit_photo
from registration.services.photos import required_photos, save_photo
from registration.services.status import AlreadyFiled
from registration.views.drafts import is_app_entry, next_page, page, with_draft
from registration.views.rights import own_draft
from registration.workflow import State

UPLOAD_LASTS = 120  # seconds after which a dead upload no longer holds up the next
OPENED = "khung"
# In the address, then in the session: on the way of a phone, but the pictures are there or the camera is broken.
READY_MADE = "anh-co-san"
_upload_places = BoundedSemaphore(4)


class Slot(NamedTuple):
    """One picture on the page: its field, what is kept of it, and what a machine would say to its citizen.

    `is_received`: another phone, which may not see the picture, has sent it.
    """

    field: BoundField
    photo: Photo | None
    advice: list[str]
    is_received: bool = False


@with_draft
def photos(request: HttpRequest, draft: Declaration) -> HttpResponse:
    kinds = required_photos(draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    opens_camera = _opens_camera(request)
    form = PhotosForm(*sent, kinds=[kind.value for kind in kinds], opens_camera=opens_camera)
    only = [kind for kind in kinds if kind.value == request.POST.get("slot")]
    edited = _edit_in(request, kinds)
    if form.is_bound:
        kept = {kind.value for kind in kinds} if edited else set(draft.photos.values_list("kind", flat=True))
        keep_photos(request, form, draft, only or kinds, kept=kept)
        if edited:
            _edit(form, draft, *edited)
        if form.is_valid() and not only:
            return _back_to_slot(edited[0]) if edited else next_page(draft)
    shared = {
        "form": form,
        "too_large": PhotoTooLarge(),
        "opened": request.GET.get(OPENED),
        "opens_camera": opens_camera,
    }
    if only:
        (slot,) = _slots(form, draft, only)
        return form_page(request, "registration/photo_slot.html", {**shared, "slot": slot, "is_alone": True})
    context = {**shared, "slots": _slots(form, draft, kinds), "draft": draft, "max_bytes": MAX_BYTES}
    return page(request, "photos", context)


@require_safe
@never_cache
def photo(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The picture as kept, for the browser that is filling in this draft."""
    found = Photo.objects.filter(declaration=own_draft(request), declaration__state=State.DRAFT, kind=kind).first()
    if found is None:
        raise Http404
    return private_image(found.thumbnail)


def keep_photos(
    request: HttpRequest, form: PortalForm, draft: Declaration, kinds: list[Photo.Kind], *, kept: set[str]
) -> None:
    """Each readable picture is kept, whatever is wrong with the others; one upload of a draft at a time.

    Kinds that are neither sent nor `kept` are asked for.
    """
    try:
        if form.files:
            limits.hit("photo.address", client_address(request))
            limits.hit("photo.draft", str(draft.pk))
        with limits.one_at_a_time("photo", str(draft.pk), seconds=UPLOAD_LASTS), _upload_place():
            _keep_each(form, draft, kinds, kept)
    except AlreadyFiled:
        raise
    except PortalError as error:
        form.refuse(error)


def _opens_camera(request: HttpRequest) -> bool:
    if READY_MADE in request.GET:
        request.session[READY_MADE] = True
    return is_app_entry(request) and READY_MADE not in request.session


def _slots(form: PhotosForm, draft: Declaration, kinds: list[Photo.Kind]) -> list[Slot]:
    kept = {photo.kind: photo for photo in draft.photos.all()}
    return [Slot(form[kind.value], kept.get(kind.value), _advice(kept.get(kind.value))) for kind in kinds]


def _advice(photo: Photo | None) -> list[str]:
    return [str(said.citizen) for said in hints.words(photo.hints)] if photo else []


def _edit_in(request: HttpRequest, kinds: list[Photo.Kind]) -> tuple[Photo.Kind, str] | None:
    """The button pressed: `portrait left`."""
    kind, _blank, edit = request.POST.get("edit", "").partition(" ")
    return (Photo.Kind(kind), edit) if kind in kinds and edit in EDITS else None


def _edit(form: PhotosForm, draft: Declaration, kind: Photo.Kind, edit: str) -> None:
    try:
        limits.hit("photo.edit", str(draft.pk))
        with limits.one_at_a_time("photo", str(draft.pk), seconds=UPLOAD_LASTS), _upload_place():
            edit_photo(draft.pk, kind=kind, edit=edit)
    except AlreadyFiled:
        raise
    except PortalError as error:
        form.refuse(error, field=kind.value)


def _back_to_slot(kind: Photo.Kind) -> HttpResponse:
    """Where the button was pressed, its group still open."""
    return redirect(f"{reverse('registration:photos')}?{OPENED}={kind}#anh-{kind}")


def _within(form: PortalForm, kind: Photo.Kind) -> str:
    """The label inside a sentence."""
    label = str(form.fields[kind.value].label)
    return label[:1].lower() + label[1:]


@contextmanager
def _upload_place() -> Iterator[None]:
    """Uploads may hold some of a process's threads, never all: other pages go on."""
    if not _upload_places.acquire(blocking=False):
        raise PhotoBusy
    try:
        yield
    finally:
        _upload_places.release()


def _keep_each(form: PortalForm, draft: Declaration, kinds: list[Photo.Kind], kept: set[str]) -> None:
    for kind in kinds:
        upload = form.files.get(kind.value)
        if upload is None and kind.value not in kept:
            form.add_error(kind.value, _("Chọn hoặc chụp %(photo)s.") % {"photo": _within(form, kind)})
        elif upload is not None:
            try:
                save_photo(draft.pk, kind=kind, file=cast(BinaryIO, upload))
            except (AlreadyFiled, PhotoBusy):
                raise
            except PortalError as error:
                form.refuse(error, field=kind.value, about=str(form.fields[kind.value].label))
