"""What an officer asked for, and nothing else, mended under the same file number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import PortalError
from accounts.files import private_image
from accounts.form_rendering import form_page
from accounts.models import Province
from registration.forms.supplement import MendForm
from registration.models import Declaration, Photo, Replacement, SupplementRequest
from registration.services import supplement
from registration.views.handover import Arrival, owners_screen
from registration.views.photo_slots import Slot, edit_in, edit_picture, keep_photos, of_slots, only_in, slot_alone
from registration.views.rights import readable_file, with_file

ANSWERED = "request"  # which request the page that was sent had shown
AS_BEFORE = "as_before"  # sent by whoever was told that something asked for is as it was, and means it


@with_file
def mend(request: HttpRequest, found: Declaration) -> HttpResponse:
    asked = _request_of_page(request, found)
    if asked is None:
        return redirect("registration:file")
    try:
        if request.method == "POST":
            return _sent(request, found, asked)
    except PortalError as error:  # decided, withdrawn or mended in another tab
        messages.warning(request, str(error))
        return redirect("registration:file")
    return _page(request, found, asked, _form(found, asked))


@with_file
def hand_over(request: HttpRequest, found: Declaration) -> HttpResponse:
    asked = _request_of_page(request, found)
    if asked is None:
        return redirect("registration:file")
    new = {photo.kind: photo for photo in found.replacements.all()}
    arrivals = [Arrival(kind, new.get(kind.value), _address(kind)) for kind in supplement.asked_photos(asked)]
    if not arrivals:
        return redirect("registration:supplement")
    back = reverse("registration:supplement")
    try:
        return owners_screen(request, found, arrivals, back=back, mark=(ANSWERED, asked.pk))
    except PortalError as error:
        messages.warning(request, str(error))
        return redirect("registration:file")


@require_safe
@never_cache
def photo(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The new picture as kept, for the browser that has the right to the file."""
    return private_image(get_object_or_404(Replacement, declaration=readable_file(request), kind=kind).thumbnail)


def _request_of_page(request: HttpRequest, found: Declaration) -> SupplementRequest | None:
    """What the file waits for; None, and why, if that is nothing or another request than the sent page had shown."""
    asked = supplement.open_request(found)
    if asked is None:
        messages.warning(request, _("Hồ sơ không còn chờ bổ sung. Dưới đây là tình trạng hiện nay."))
        return None
    if request.POST.get(ANSWERED, str(asked.pk)) != str(asked.pk):  # another tab opened another file meanwhile
        messages.warning(request, _("Trang vừa gửi là của một yêu cầu bổ sung khác, nên chưa nhận gì từ trang đó."))
        return None
    return asked


def _sent(request: HttpRequest, found: Declaration, asked: SupplementRequest) -> HttpResponse:
    """Photos are kept at once, whatever was pressed; the officer gets everything together."""
    kinds = supplement.asked_photos(asked)
    only, edited = only_in(request, kinds), edit_in(request, kinds)
    if only or edited or "choose_province" in request.POST:
        return _on_the_way(request, found, asked, only=only, edited=edited)
    form = _form(found, asked, request.POST, request.FILES)
    if kinds:
        keep_photos(request, form, found, kinds, kept=set(supplement.answered_photos(found)))
    if not form.is_valid():
        return _page(request, found, asked, form)
    fields = {name: form.cleaned_data[name] for name in supplement.asked_fields(asked)}
    as_before = supplement.unchanged(found, asked, fields)
    if as_before and AS_BEFORE not in request.POST:
        for name in as_before:
            form.add_error(name, _("Mục này vẫn như cũ. Nếu đúng là như vậy, bấm «Gửi bổ sung» lần nữa."))
        return _page(request, found, asked, form, is_as_before=True)
    try:
        supplement.answer(found.pk, fields=fields, seen=_seen(request))
    except supplement.PhotosChanged as error:
        form.refuse(error)
        return _page(request, found, asked, form)
    messages.success(request, _("Đã gửi bổ sung. Hồ sơ trở lại đúng chỗ của nó trong hàng chờ."))
    return redirect("registration:file")


def _seen(request: HttpRequest) -> dict[str, str]:
    """What the sent page had shown of each new photo; what came along with it is its sender's own."""
    shown = (one.partition(" ") for one in request.POST.getlist("seen"))
    return {kind: version for kind, _blank, version in shown if kind not in request.FILES}


def _on_the_way(
    request: HttpRequest,
    found: Declaration,
    asked: SupplementRequest,
    *,
    only: list[Photo.Kind],
    edited: tuple[Photo.Kind, str] | None,
) -> HttpResponse:
    """A picture, a turn or cut of one, a province: no field is judged yet, and what was typed comes back."""
    kinds = supplement.asked_photos(asked)
    pictures = _form(found, asked, request.POST, request.FILES, has_fields=False)
    if kinds:
        keep_photos(request, pictures, found, only or kinds, kept=set(Photo.Kind.values))
    if edited:
        edit_picture(pictures, found, *edited)
    if only:
        return slot_alone(request, pictures, _slot(pictures, found, only[0]))
    for sentence in [sentence for sentences in pictures.errors.values() for sentence in sentences]:
        messages.warning(request, str(sentence))
    form = _form(found, asked, initial=request.POST.dict())
    form.refusal = pictures.refusal
    return _page(request, found, asked, form, opened=edited[0] if edited else None)


def _form(
    found: Declaration,
    asked: SupplementRequest,
    *data: Any,
    initial: dict[str, Any] | None = None,
    has_fields: bool = True,
) -> MendForm:
    names = supplement.asked_fields(asked) if has_fields else []
    declared = {**model_to_dict(found, fields=names), "birth_date": found.birth_date_text}
    initial = {**declared, **(initial or {})}
    chosen = str((data[0] if data else initial).get("province") or "")
    kinds = supplement.asked_photos(asked)
    has_back = Photo.Kind.ID_BACK in kinds or found.photos.filter(kind=Photo.Kind.ID_BACK).exists()
    return MendForm(
        *data,
        initial=initial,
        fields=names,
        kinds=[kind.value for kind in kinds],
        province=Province.objects.filter(pk=chosen).first() if chosen.isdecimal() else None,
        has_back=has_back,
    )


def _page(
    request: HttpRequest,
    found: Declaration,
    asked: SupplementRequest,
    form: MendForm,
    *,
    opened: Photo.Kind | None = None,
    is_as_before: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "declaration": found,
        "asked": asked,
        "opened": opened,
        "is_as_before": is_as_before,
        "is_late": asked.due_at < timezone.now(),
        **of_slots([_slot(form, found, kind) for kind in supplement.asked_photos(asked)]),
    }
    return form_page(request, "registration/supplement.html", context)


def _slot(form: MendForm, found: Declaration, kind: Photo.Kind) -> Slot:
    """The new picture; until there is one, the picture an officer refused."""
    new = found.replacements.filter(kind=kind).first()
    if new:
        return Slot(form[kind.value], new, _address(kind), is_watched=True)
    old = found.photos.filter(kind=kind).first()
    address = reverse("registration:file_photo", args=[kind.value])
    return Slot(form[kind.value], old, address, is_refused=True, is_watched=True)


def _address(kind: Photo.Kind) -> str:
    return reverse("registration:supplement_photo", args=[kind.value])
