"""Where the citizen lives and which office takes the file."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.form_rendering import mark_refused
from accounts.models import Province, Ward
from registration import places
from registration.email_typos import probable_address
from registration.forms.address import AddressForm
from registration.models import Declaration
from registration.services import intake
from registration.views import papers, wards
from registration.views.drafts import next_page, page, with_draft


@with_draft
def address(request: HttpRequest, draft: Declaration) -> HttpResponse:
    if request.method != "POST":
        return _page(request, draft, _address_form(None, _initial(request, draft)))
    if "pick" in request.POST:
        return _page(request, draft, _address_form(None, _picked(request.POST)))
    if "choose_province" in request.POST or "find" in request.POST:
        return _page(request, draft, _address_form(None, request.POST.dict()))
    form = _address_form(_with_better_email(request.POST), {})
    if not form.is_valid():
        return _page(request, draft, form)
    _save(draft, form)
    if form.advise_on_email():
        return _page(request, draft, form)
    return next_page(draft)


def _initial(request: HttpRequest, draft: Declaration) -> dict[str, Any]:
    """What the page opens with, by field name: a paper's address where none was typed yet."""
    kept = model_to_dict(draft, fields=["province", "ward", "address", "email", "office"])
    return {**kept, "address": kept["address"] or papers.said_by_papers(request, draft).get("address", "")}


def _page(request: HttpRequest, draft: Declaration, form: AddressForm) -> HttpResponse:
    """A name that was typed and led to no ward yet is looked for, whichever button was pressed."""
    is_asked = "find" in request.POST or ("place" in request.POST and form.has_error("ward"))
    search = wards.find(request, draft) if is_asked and request.POST.get("place", "").strip() else None
    found = [(ward.pk, wards.label(ward)) for ward in search.wards] if search else []
    context = {"form": form, "found": found, "found_words": search.words if search else ""}
    response = page(request, "address", {**context, "closed": places.closed_places(draft)})
    mark_refused(response, search.refusal if search else None)
    return response


def _address_form(data: Any, initial: dict[str, Any]) -> AddressForm:
    chosen = data if data is not None else initial
    province = Province.objects.in_force().filter(pk=_code(chosen.get("province"))).first()
    ward = Ward.objects.in_force().filter(pk=_code(chosen.get("ward")), province=province).first()
    return AddressForm(data, initial=initial, province=province, ward=ward)


def _picked(typed: QueryDict) -> dict[str, Any]:
    """What was typed, with the ward that was found and its province; its office is suggested anew."""
    ward = places.ward_in_force(_code(typed.get("pick")))
    if ward is None:
        return typed.dict()
    return {**typed.dict(), "province": ward.province_id, "ward": ward.pk, "office": "", "place": ""}


def _with_better_email(typed: QueryDict) -> QueryDict:
    """With the address that was advised, if its button was pressed."""
    better = probable_address(typed.get("email", "")) if "use_email" in typed else None
    if better is None:
        return typed
    data = typed.copy()
    data["email"] = better
    return data


def _save(draft: Declaration, form: AddressForm) -> None:
    answers = {name: form.cleaned_data[name] for name in ("address", "email")}
    codes = {f"{name}_id": form.cleaned_data[name] for name in ("province", "ward", "office")}
    intake.save_answers(draft.pk, **answers, **codes)
    draft.refresh_from_db()


def _code(typed: str | None) -> str:
    """A directory code as typed, or nothing: what is not digits never reaches the database."""
    return typed if typed and typed.isdecimal() else ""
