"""Where a file is, for whoever holds its number and its phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.limits import client_address
from registration.forms.tracking import TrackForm
from registration.models import Declaration
from registration.selectors import FileStatus, file_status
from registration.views.rights import FILED


class FileNotFound(PortalError):
    """One answer for an unknown number and for a phone that is not the file's."""

    code = "file_not_found"
    message = _("Không tìm thấy hồ sơ có mã và số điện thoại này. Kiểm tra lại cả hai; mã có trong tin nhắn ghi nhận.")


@never_cache
def track(request: HttpRequest) -> HttpResponse:
    filed = Declaration.objects.filter(pk=request.session.get(FILED, 0)).first()
    form = TrackForm(request.POST or None, initial={"file_number": filed.file_number} if filed else None)
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            status = _look_up(request, form)
        except PortalError as error:
            form.refuse(error)
    return form_page(request, "registration/track.html", {"form": form, "status": status})


def _look_up(request: HttpRequest, form: TrackForm) -> FileStatus:
    """FileNotFound, or TooManyRequests after too many wrong guesses."""
    address, file_number = client_address(request), form.cleaned_data["file_number"]
    with limits.failures(("status.address", address), ("status.file", file_number)):
        status = file_status(file_number=file_number, phone=form.cleaned_data["phone"].as_e164)
        if status is None:
            raise FileNotFound
    return status
