"""Where the citizen lives and which office takes the file."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse

from accounts.models import Province, Ward
from registration.forms.address import AddressForm
from registration.models import Declaration
from registration.services import intake
from registration.views.drafts import next_page, page, with_draft


@with_draft
def address(request: HttpRequest, draft: Declaration) -> HttpResponse:
    initial = model_to_dict(draft, fields=["province", "ward", "address", "email", "office"])
    if request.method != "POST":
        return page(request, "address", {"form": _address_form(None, initial)})
    if "choose_province" in request.POST:
        return page(request, "address", {"form": _address_form(None, request.POST.dict())})
    form = _address_form(request.POST, initial)
    if not form.is_valid():
        return page(request, "address", {"form": form})
    answers = {name: form.cleaned_data[name] for name in ("address", "email")}
    places = {f"{name}_id": form.cleaned_data[name] for name in ("province", "ward", "office")}
    intake.save_answers(draft.pk, **answers, **places)
    return next_page(draft)


def _address_form(data: Any, initial: dict[str, Any]) -> AddressForm:
    chosen = data if data is not None else initial
    province = Province.objects.filter(pk=_code(chosen.get("province"))).first()
    ward = Ward.objects.filter(pk=_code(chosen.get("ward")), province=province).first()
    return AddressForm(data, initial=initial, province=province, ward=ward)


def _code(typed: str | None) -> str:
    """A directory code as typed, or nothing: what is not digits never reaches the database."""
    return typed if typed and typed.isdecimal() else ""
