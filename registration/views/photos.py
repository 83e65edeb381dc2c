"""The pictures of a declaration, each kept as soon as it can be read (`photo_slots`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.files import private_image
from accounts.models import IdKind
from registration.forms.photos import PhotosForm
from registration.models import Declaration, Photo
from registration.services.photos import required_photos
from registration.views.drafts import is_app_entry, next_page, page, with_draft
from registration.views.photo_slots import Slot, edit_in, edit_picture, keep_photos, of_slots, only_in, slot_alone
from registration.views.rights import own_draft
from registration.workflow import State

OPENED = "khung"
# In the address, then in the session: on the way of a phone, but the pictures are there or the camera is broken.
READY_MADE = "anh-co-san"


@with_draft
def photos(request: HttpRequest, draft: Declaration) -> HttpResponse:
    kinds = required_photos(draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    opens_camera = _opens_camera(request)
    is_passport = draft.id_kind == IdKind.PASSPORT
    form = PhotosForm(*sent, kinds=[kind.value for kind in kinds], opens_camera=opens_camera, is_passport=is_passport)
    only, edited = only_in(request, kinds), edit_in(request, kinds)
    if form.is_bound:
        kept = {kind.value for kind in kinds} if edited else set(draft.photos.values_list("kind", flat=True))
        keep_photos(request, form, draft, only or kinds, kept=kept)
        if edited:
            edit_picture(form, draft, *edited)
        if form.is_valid() and not only:
            return _back_to_slot(edited[0]) if edited else next_page(draft)
    slots = _slots(form, draft, only or kinds)
    if only:
        return slot_alone(request, form, slots[0], opens_camera=opens_camera)
    context = {"form": form, "draft": draft, "opens_camera": opens_camera, "opened": request.GET.get(OPENED)}
    return page(request, "photos", {**context, **of_slots(slots)})


@require_safe
@never_cache
def photo(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The picture as kept, for the browser that is filling in this draft."""
    kept = {"declaration": own_draft(request), "declaration__state": State.DRAFT, "kind": kind}
    return private_image(get_object_or_404(Photo, **kept).thumbnail)


def _opens_camera(request: HttpRequest) -> bool:
    if READY_MADE in request.GET:
        request.session[READY_MADE] = True
    return is_app_entry(request) and READY_MADE not in request.session


def _slots(form: PhotosForm, draft: Declaration, kinds: list[Photo.Kind]) -> list[Slot]:
    kept = {photo.kind: photo for photo in draft.photos.all()}
    return [
        Slot(form[kind.value], kept.get(kind.value), reverse("registration:photo", args=[kind.value])) for kind in kinds
    ]


def _back_to_slot(kind: Photo.Kind) -> HttpResponse:
    """Where the button was pressed, its group still open."""
    return redirect(f"{reverse('registration:photos')}?{OPENED}={kind}#anh-{kind}")
