"""Who it is that declares."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from registration.forms.identity import IdentityForm
from registration.models import Declaration
from registration.services import intake
from registration.views.drafts import next_page, page, with_draft


@with_draft
def identity(request: HttpRequest, draft: Declaration) -> HttpResponse:
    initial = {**model_to_dict(draft, fields=intake.IDENTITY_FIELDS), "birth_date": draft.birth_date_text}
    form = IdentityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        intake.save_answers(draft.pk, **form.cleaned_data)
        if draft.id_kind not in ("", form.cleaned_data["id_kind"]):
            messages.warning(request, _("Bạn đã đổi loại giấy tờ. Xem lại ảnh giấy tờ bên dưới, thay nếu cần."))
            return redirect("registration:photos")
        return next_page(draft)
    return page(request, "identity", {"form": form})
