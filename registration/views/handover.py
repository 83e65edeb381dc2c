"""«Chụp bằng điện thoại khác»: a QR code on this screen, and the pages of the phone that scans it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.errors import PortalError, TooManyRequests
from accounts.form_rendering import form_page, mark_refused
from accounts.limits import client_address
from registration import policies
from registration.forms.photos import PhotosForm
from registration.models import Declaration, Photo, StoredPhoto
from registration.services import handovers
from registration.services.handovers import HandoverOver
from registration.services.photos import required_photos
from registration.services.status import AlreadyFiled
from registration.views.drafts import with_draft
from registration.views.photo_slots import Slot, keep_photos, of_slots, only_in, slot_alone
from registration.views.rights import HANDED, HANDED_SENT, PIECE

# Sends no path along: the token is in no log of where a request came from. `no-referrer` would have browsers
# send `Origin: null` with the page's own form, which the guard against other sites' forms refuses.
ORIGIN_ONLY = "strict-origin"


class Arrival(NamedTuple):
    """A picture that another phone may send; the address shows it once it is there."""

    kind: Photo.Kind
    photo: StoredPhoto | None
    address: str


@with_draft
def hand_over(request: HttpRequest, draft: Declaration) -> HttpResponse:
    kept = {photo.kind: photo for photo in draft.photos.all()}
    arrivals = [
        Arrival(kind, kept.get(kind.value), reverse("registration:photo", args=[kind.value]))
        for kind in required_photos(draft)
    ]
    return owners_screen(request, draft, arrivals, back=reverse("registration:photos"), mark=("draft", draft.pk))


def owners_screen(
    request: HttpRequest, declaration: Declaration, arrivals: list[Arrival], *, back: str, mark: tuple[str, int]
) -> HttpResponse:
    """A code to scan after the button, and what has arrived; `mark` is what the page sends along to say whose it is."""
    is_used = declaration.handovers.filter(used_at__isnull=False).exists()
    context: dict[str, Any] = {"arrivals": arrivals, "is_used": is_used}
    if PIECE in request.GET:
        return render(request, "registration/hand_over_state.html", context)
    minutes = handovers.TOKEN_LASTS.seconds // 60
    context |= {"declaration": declaration, "back": back, "mark": mark, "minutes": minutes}
    refusal: PortalError | None = None
    if request.method == "POST":
        try:
            limits.hit("handover.draft", str(declaration.pk))
            context |= {"qr": handovers.draw(handovers.start(declaration.pk)), "is_used": False}
        except TooManyRequests as error:
            context["refusal"] = refusal = error
    response = render(request, "registration/hand_over.html", context)
    mark_refused(response, refusal)
    return response


@never_cache
def handover(request: HttpRequest, token: str) -> HttpResponse:
    """The scanned address: opening it shows a button, pressing that uses the token up."""
    try:
        response = _begun(request, token) if request.method == "POST" else _offered(request, token)
    except HandoverOver:
        response = _over(request)
    response["Referrer-Policy"] = ORIGIN_ONLY
    return response


@never_cache
def handed_photos(request: HttpRequest) -> HttpResponse:
    """What the other phone may do: add photos. It sees which it has sent, and nothing that is kept."""
    declaration = handovers.declaration_of(request.session.get(HANDED, 0))
    if declaration is None:
        return _over(request)
    kinds = policies.replaceable(declaration)  # all of a draft's: which paper it is, is an answer
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotosForm(*sent, kinds=[kind.value for kind in kinds])
    only = only_in(request, kinds)
    if form.is_bound:
        try:
            keep_photos(request, form, declaration, only or kinds, kept=set(Photo.Kind.values))
        except (AlreadyFiled, Declaration.DoesNotExist):  # sent or deleted on the other screen meanwhile
            return _over(request)
        _note_sent(request, form)
    slots = [Slot(form[kind.value], is_received=kind.value in _sent(request)) for kind in only or kinds]
    if only:
        return slot_alone(request, form, slots[0])
    return form_page(request, "registration/handed_photos.html", {"form": form, **of_slots(slots)})


def _offered(request: HttpRequest, token: str) -> HttpResponse:
    with limits.failures(("handover.address", client_address(request))):
        handovers.check(token)
    # The page's address is a secret that the browser tells nobody, not even us when a button leads back here.
    return render(request, "registration/handover.html", {"stay_at": request.path})


def _begun(request: HttpRequest, token: str) -> HttpResponse:
    with limits.failures(("handover.address", client_address(request))):
        used = handovers.use(token)
    request.session.cycle_key()
    request.session[HANDED] = used.pk
    request.session[HANDED_SENT] = []
    return redirect("registration:handed_photos")


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/handover_over.html", status=HTTPStatus.NOT_FOUND)


def _sent(request: HttpRequest) -> list[str]:
    return list(request.session.get(HANDED_SENT, []))


def _note_sent(request: HttpRequest, form: PhotosForm) -> None:
    """A refusal of the whole form kept nothing of it."""
    new = set() if form.non_field_errors() else {kind for kind in form.files if kind in form.fields} - set(form.errors)
    request.session[HANDED_SENT] = sorted({*_sent(request), *new})
