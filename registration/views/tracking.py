"""Where a file is, for whoever holds its number and its phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.errors import PortalError
from accounts.limits import client_address
from registration.forms import TrackForm
from registration.selectors import FileStatus, file_status

NOT_FOUND = _("Không tìm thấy hồ sơ có mã và số điện thoại này. Kiểm tra lại cả hai; mã có trong tin nhắn ghi nhận.")


@never_cache
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.POST or None)
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            status = _look_up(request, form)
        except PortalError as error:
            form.add_error(None, str(error))
    return render(request, "registration/track.html", {"form": form, "status": status})


def _look_up(request: HttpRequest, form: TrackForm) -> FileStatus | None:
    """The status; an unknown number and a wrong phone leave one and the same sentence on the form."""
    address, file_number = client_address(request), form.cleaned_data["file_number"]
    limits.check("status.address", address)
    limits.check("status.file", file_number)
    status = file_status(file_number=file_number, phone=form.cleaned_data["phone"].as_e164)
    if status is None:
        limits.hit("status.address", address)
        limits.hit("status.file", file_number)
        form.add_error(None, NOT_FOUND)
    return status
