"""What an officer asked for, and nothing else, mended under the same file number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.models import Province
from registration.forms.supplement import MendForm
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import supplement
from registration.views.photos import keep_photos
from registration.views.rights import with_file


@with_file
def mend(request: HttpRequest, found: Declaration) -> HttpResponse:
    asked = supplement.open_request(found)
    if asked is None:
        messages.warning(request, _("Hồ sơ không còn chờ bổ sung. Dưới đây là tình trạng hiện nay."))
        return redirect("registration:file")
    try:
        form = _sent(request, found, asked) if request.method == "POST" else _form(found, asked)
    except PortalError as error:  # decided, withdrawn or mended in another tab
        messages.warning(request, str(error))
        form = None
    return redirect("registration:file") if form is None else _page(request, found, asked, form)


def _sent(request: HttpRequest, found: Declaration, asked: SupplementRequest) -> MendForm | None:
    """What came: photos are kept at once. None once everything was answered and sent, else the form to go on with."""
    form = _form(found, asked, request.POST, request.FILES)
    kinds = supplement.asked_photos(asked)
    only_province = "choose_province" in request.POST
    if only_province:
        kinds = [kind for kind in kinds if kind.value in request.FILES]
    if kinds:
        keep_photos(request, form, found, kinds, kept=supplement.answered_photos(found, asked))
    if only_province:
        for kind in kinds:
            for sentence in form.errors.get(kind.value, []):
                messages.warning(request, str(sentence))
        return _form(found, asked, initial=request.POST.dict())
    if not form.is_valid():
        return form
    supplement.answer(found.pk, fields={name: form.cleaned_data[name] for name in supplement.asked_fields(asked)})
    messages.success(request, _("Đã gửi bổ sung. Hồ sơ trở lại đúng chỗ của nó trong hàng chờ."))
    return None


def _form(found: Declaration, asked: SupplementRequest, *data: Any, initial: dict[str, Any] | None = None) -> MendForm:
    names = supplement.asked_fields(asked)
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


def _page(request: HttpRequest, found: Declaration, asked: SupplementRequest, form: MendForm) -> HttpResponse:
    answered = supplement.answered_photos(found, asked)
    kept = {photo.kind: photo for photo in found.photos.all()}
    slots = [
        (form[kind.value], kept.get(kind.value), kind.value in answered) for kind in supplement.asked_photos(asked)
    ]
    context = {
        "form": form,
        "declaration": found,
        "asked": asked,
        "slots": slots,
        "is_late": asked.due_at < timezone.now(),
    }
    return form_page(request, "registration/supplement.html", context)
