"""Where a file is, for whoever holds its number and its phone; a code to that phone opens the rest."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm
from accounts.limits import client_address
from accounts.models import OneTimeCode
from accounts.services import access, one_time_codes
from registration import selectors
from registration.forms.tracking import TrackForm
from registration.models import Declaration
from registration.services import progress
from registration.views import rights
from registration.views.rights import FILED, FOUND

STATUS = OneTimeCode.Purpose.STATUS


class FileNotFound(PortalError):
    """One answer for an unknown number and for a phone that is not the file's."""

    code = "file_not_found"
    message = _("Không tìm thấy hồ sơ có mã và số điện thoại này. Kiểm tra lại cả hai; mã có trong tin nhắn ghi nhận.")


@never_cache
def track(request: HttpRequest) -> HttpResponse:
    filed = Declaration.objects.filter(pk=request.session.get(FILED, 0)).first()
    form = TrackForm(request.POST or None, initial={"file_number": filed.file_number} if filed else None)
    status, opened = None, rights.readable_file(request)
    if request.method == "POST" and form.is_valid():
        try:
            found = _look_up(request, form)
        except PortalError as error:
            form.refuse(error)
        else:
            request.session[FOUND] = found.pk
            status = progress.status_of(found)
    context = {"form": form, "status": status, "opened": opened, "needs_code": rights.NEEDS_CODE in request.GET}
    return form_page(request, "registration/track.html", context)


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The code to the phone of the file just found; an erased one has none any more."""
    filed = Declaration.objects.filter(pk=request.session.get(FOUND, 0), erased_at=None)
    found = filed.exclude(file_number=None).first()
    if found is None:
        return redirect("registration:track")
    if "resend" in request.POST:
        return _send(request, found)
    asked = one_time_codes.asked_code(request.session, purpose=STATUS, subject=str(found.pk))
    if asked is None:  # used up by an earlier press of the same button, or never asked for
        return redirect("registration:file" if rights.readable_file(request) == found else "registration:track")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _open(request, found, form.cleaned_data["code"])
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
            asked = one_time_codes.asked_code(request.session, purpose=STATUS, subject=str(found.pk)) or asked
        else:
            return redirect("registration:file")
    return form_page(request, "registration/file_code.html", {"form": form, "sent": one_time_codes.describe(asked)})


def _look_up(request: HttpRequest, form: TrackForm) -> Declaration:
    """FileNotFound, or TooManyRequests after too many wrong guesses."""
    address, file_number = client_address(request), form.cleaned_data["file_number"]
    guesses = [("status.address", address), ("status.file.address", f"{file_number} {address}")]
    with limits.failures(*guesses, ("status.file", file_number)):
        found = selectors.find_file(file_number=file_number, phone=form.cleaned_data["phone"].as_e164)
        if found is None:
            raise FileNotFound
    return found


def _send(request: HttpRequest, found: Declaration) -> HttpResponse:
    try:
        one_time_codes.send_code(
            request.session,
            purpose=STATUS,
            subject=str(found.pk),
            phone=str(found.phone),
            address=client_address(request),
            language=found.language,
        )
    except PortalError as error:
        messages.warning(request, str(error))
    return redirect("registration:file_code")


def _open(request: HttpRequest, found: Declaration, typed: str) -> None:
    """The right to the file, in a session of a new name; why the code does not hold otherwise."""
    one_time_codes.check_code(request.session, purpose=STATUS, subject=str(found.pk), code=typed)
    request.session.cycle_key()
    rights.grant(request.session, found)
    access.record(
        "declaration.opened",
        actor=None,
        person_id=selectors.declared_person_id(found),
        object_type="declaration",
        object_id=found.pk,
    )
