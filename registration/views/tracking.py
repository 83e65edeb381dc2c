"""Where a file is, for whoever holds its number and its phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.errors import PortalError
from accounts.limits import client_address
from registration.forms import TrackForm
from registration.selectors import FileStatus, file_status


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
    limits.hit("status.address", client_address(request))
    limits.hit("status.file", form.cleaned_data["file_number"])
    status = file_status(file_number=form.cleaned_data["file_number"], phone=form.cleaned_data["phone"].as_e164)
    if status is None:
        form.add_error(
            None,
            _("Không tìm thấy hồ sơ có mã và số điện thoại này. Kiểm tra lại cả hai; mã có trong tin nhắn ghi nhận."),
        )
    return status
