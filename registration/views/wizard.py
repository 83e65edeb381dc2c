"""The declaration from /dang-ky/ to the confirmation: one view a page, each saves what it asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from phonenumber_field.phonenumber import PhoneNumber

from accounts import limits
from accounts.errors import PortalError
from accounts.files import private_image
from accounts.form_rendering import form_page
from accounts.forms import CodeForm
from accounts.limits import client_address
from accounts.models import IdKind, OneTimeCode, Province, Ward
from accounts.services import one_time_codes
from registration.forms import (
    AddressForm,
    ConfirmForm,
    IdentityForm,
    PhoneForm,
    PhotosForm,
    StartForm,
)
from registration.images import PhotoBusy
from registration.models import Declaration, Photo
from registration.services import intake
from registration.views.tracking import FILED
from registration.workflow import State

REGISTER = OneTimeCode.Purpose.REGISTER
DRAFT, DRAFTS = "draft_id", "draft_ids_by_phone"
NO_DRAFT = "chua-co-to-khai"
UPLOAD_LASTS = 120  # seconds after which a dead upload no longer holds up the next
_upload_places = BoundedSemaphore(4)
STEPS = ("phone", "identity", "photos", "address", "check")

DraftView = Callable[[HttpRequest, Declaration], HttpResponse]


def with_draft(view: DraftView) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hands over this browser's open draft; without one, leads to where the person can go on."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        draft = Declaration.objects.filter(pk=request.session.get(DRAFT, 0)).first()
        if draft is not None and draft.state == State.DRAFT:
            try:
                return view(request, draft)
            except intake.AlreadyFiled as error:
                messages.warning(request, str(error))
                return redirect("registration:done")
            except intake.Incomplete as error:  # another tab took something away
                messages.warning(request, str(error))
                return _next(draft)
        if draft is not None or FILED in request.session:
            messages.warning(request, str(intake.AlreadyFiled()))
            return redirect("registration:done")
        return redirect(f"{reverse('registration:phone')}?{NO_DRAFT}")

    return guarded


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST or None)
    chosen = form.cleaned_data["applicant_kind"] if request.method == "POST" and form.is_valid() else ""
    if chosen == "individual":
        return redirect("registration:phone")
    has_draft = Declaration.objects.filter(pk=request.session.get(DRAFT, 0), state=State.DRAFT).exists()
    context = {"form": form, "is_organisation": chosen == "organisation", "has_draft": has_draft}
    return render(request, "registration/start.html", context)


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    initial = {"phone": cast(PhoneNumber, asked.phone).as_national} if asked else {}
    form = PhoneForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _send_code(request, form.cleaned_data["phone"].as_e164)
        except one_time_codes.ResendTooSoon:
            return redirect("registration:code")
        except PortalError as error:
            form.refuse(error, field="phone")
        else:
            return redirect("registration:code")
    return _page(request, "phone", {"form": form, "has_no_draft": NO_DRAFT in request.GET})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    asked = one_time_codes.asked_code(request.session, purpose=REGISTER)
    if asked is None:  # used up by an earlier press of the same button, or never asked for
        return redirect("registration:identity" if DRAFT in request.session else "registration:phone")
    if "resend" in request.POST:
        return _resend(request, asked)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proved = one_time_codes.check_code(request.session, purpose=REGISTER, code=form.cleaned_data["code"])
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
            asked = one_time_codes.asked_code(request.session, purpose=REGISTER) or asked
        else:
            _open_draft(request, str(proved.phone))
            return redirect("registration:identity")
    return _page(request, "code", {"form": form, "sent": one_time_codes.describe(asked)})


@with_draft
def identity(request: HttpRequest, draft: Declaration) -> HttpResponse:
    initial = {**model_to_dict(draft, fields=intake.IDENTITY_FIELDS), "birth_date": draft.birth_date_text}
    form = IdentityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        intake.save_answers(draft.pk, **form.cleaned_data)
        if draft.id_kind not in ("", form.cleaned_data["id_kind"]):
            messages.warning(request, _("Bạn đã đổi loại giấy tờ. Xem lại ảnh giấy tờ bên dưới, thay nếu cần."))
            return redirect("registration:photos")
        return _next(draft)
    return _page(request, "identity", {"form": form})


@with_draft
def photos(request: HttpRequest, draft: Declaration) -> HttpResponse:
    kinds = intake.required_photos(draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotosForm(*sent, kinds=[kind.value for kind in kinds])
    if form.is_bound:
        _keep_photos(request, form, draft, kinds)
        if form.is_valid():
            return _next(draft)
    kept = {photo.kind: photo for photo in draft.photos.all()}
    slots = [(form[kind.value], kept.get(kind.value)) for kind in kinds]
    return _page(request, "photos", {"form": form, "slots": slots, "draft": draft})


@with_draft
def address(request: HttpRequest, draft: Declaration) -> HttpResponse:
    initial = model_to_dict(draft, fields=["province", "ward", "address", "email", "office"])
    if request.method != "POST":
        return _page(request, "address", {"form": _address_form(None, initial)})
    if "choose_province" in request.POST:
        return _page(request, "address", {"form": _address_form(None, request.POST.dict())})
    form = _address_form(request.POST, initial)
    if not form.is_valid():
        return _page(request, "address", {"form": form})
    answers = {name: form.cleaned_data[name] for name in ("address", "email")}
    places = {f"{name}_id": form.cleaned_data[name] for name in ("province", "ward", "office")}
    intake.save_answers(draft.pk, **answers, **places)
    return _next(draft)


@with_draft
def check(request: HttpRequest, draft: Declaration) -> HttpResponse:
    if intake.missing_parts(draft):
        raise intake.Incomplete
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        filed = intake.file_declaration(draft.pk)
        request.session[FILED] = filed.pk
        request.session.pop(DRAFT, None)
        return redirect("registration:done")
    shown = Declaration.objects.select_related("province", "ward", "office").get(pk=draft.pk)
    pictures = draft.photos.filter(kind__in=intake.required_photos(draft)).order_by("-kind")
    advice = {"is_odd_cccd": not intake.cccd_agrees(shown), "is_cmnd": shown.id_kind == IdKind.CMND}
    return _page(request, "check", {"form": form, "draft": shown, "photos": pictures, **advice})


@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    pk = request.session.get(FILED) or request.session.get(DRAFT, 0)
    filed = Declaration.objects.filter(pk=pk, file_number__isnull=False).select_related("office").first()
    if filed is None:
        return redirect("registration:start")
    return render(request, "registration/done.html", {"declaration": filed})


@require_safe
@never_cache
def photo(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The picture as kept, for the browser that is filling in this draft."""
    found = Photo.objects.filter(
        declaration_id=request.session.get(DRAFT, 0), declaration__state=State.DRAFT, kind=kind
    ).first()
    if found is None:
        raise Http404
    return private_image(found.thumbnail)


def _page(request: HttpRequest, step: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the declaration; the code belongs to the step of the phone."""
    number = STEPS.index("phone" if step == "code" else step) + 1
    progress = {"step_number": number, "step_count": len(STEPS)}
    return form_page(request, f"registration/{step}.html", {**progress, **context})


def _send_code(request: HttpRequest, number: str) -> None:
    one_time_codes.send_code(request.session, purpose=REGISTER, phone=number, address=client_address(request))


def _resend(request: HttpRequest, asked: OneTimeCode) -> HttpResponse:
    try:
        _send_code(request, str(asked.phone))
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("registration:code")


def _open_draft(request: HttpRequest, number: str) -> None:
    """This browser's draft for the number just proved: the one it has goes on, a neighbour's stays as it is."""
    drafts: dict[str, int] = request.session.get(DRAFTS, {})
    known = Declaration.objects.filter(pk=drafts.get(number, 0), state=State.DRAFT).first()
    draft = known or intake.start_draft(phone=number)
    request.session[DRAFTS] = {**drafts, number: draft.pk}
    request.session[DRAFT] = draft.pk
    request.session.pop(FILED, None)


def _next(draft: Declaration) -> HttpResponse:
    """The first page with something missing, or the one that shows every answer."""
    draft.refresh_from_db()
    missing = intake.missing_parts(draft)
    return redirect(f"registration:{missing[0] if missing else 'check'}")


def _keep_photos(request: HttpRequest, form: PhotosForm, draft: Declaration, kinds: list[Photo.Kind]) -> None:
    """Each readable picture is kept, whatever is wrong with the others; one upload of a draft at a time."""
    try:
        limits.hit("photo.address", client_address(request))
        limits.hit("photo.draft", str(draft.pk))
        with limits.one_at_a_time("photo", str(draft.pk), seconds=UPLOAD_LASTS), _upload_place():
            _keep_each(form, draft, kinds)
    except intake.AlreadyFiled:
        raise
    except PortalError as error:
        form.refuse(error)


@contextmanager
def _upload_place() -> Iterator[None]:
    """Uploads may hold some of a process's threads, never all: other pages go on."""
    if not _upload_places.acquire(blocking=False):
        raise PhotoBusy
    try:
        yield
    finally:
        _upload_places.release()


def _keep_each(form: PhotosForm, draft: Declaration, kinds: list[Photo.Kind]) -> None:
    kept = set(draft.photos.values_list("kind", flat=True))
    for kind in kinds:
        upload = form.files.get(kind.value)
        if upload is None and kind.value not in kept:
            form.add_error(kind.value, _("Chọn hoặc chụp %(photo)s.") % {"photo": form.fields[kind.value].label})
        elif upload is not None:
            try:
                intake.save_photo(draft.pk, kind=kind, file=cast(BinaryIO, upload))
            except (intake.AlreadyFiled, PhotoBusy):
                raise
            except PortalError as error:
                form.refuse(error, field=kind.value, about=str(form.fields[kind.value].label))


def _address_form(data: Any, initial: dict[str, Any]) -> AddressForm:
    chosen = data if data is not None else initial
    province = Province.objects.filter(pk=_code(chosen.get("province"))).first()
    ward = Ward.objects.filter(pk=_code(chosen.get("ward")), province=province).first()
    return AddressForm(data, initial=initial, province=province, ward=ward)


def _code(typed: str | None) -> str:
    """A directory code as typed, or nothing: what is not digits never reaches the database."""
    return typed if typed and typed.isdecimal() else ""
