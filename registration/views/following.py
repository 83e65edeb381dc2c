"""A file behind the code to its phone: its story, its pictures, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import PortalError
from accounts.files import private_image
from registration.models import Declaration, Photo
from registration.services import duplicates, handovers, progress, withdrawal
from registration.views import rights
from registration.views.rights import readable_file, with_file
from registration.workflow import UNDECIDED_STATES, State


@with_file
def file(request: HttpRequest, found: Declaration) -> HttpResponse:
    if "close" in request.POST:
        handovers.end(found)  # another phone sends nothing any more that nobody here would see
        rights.give_up(request.session)
        messages.success(request, _("Đã đóng hồ sơ trên máy này. Muốn xem lại thì lấy mã mới."))
        return redirect("registration:track")
    draft = rights.own_draft(request)
    context = {
        "declaration": found,
        "status": progress.status_of(found),
        "story": progress.story_of(found),
        "has_account": found.state == State.REFUSED and duplicates.has_account_here(found),
        "has_draft": draft is not None and draft.state == State.DRAFT,
    }
    return render(request, "registration/file.html", context)


@require_safe
@never_cache
def photo(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The small picture, for the browser that has the right to the file."""
    return private_image(get_object_or_404(Photo, declaration=readable_file(request), kind=kind).thumbnail)


@with_file
def withdraw(request: HttpRequest, found: Declaration) -> HttpResponse:
    """What taking it back means, and the button that does it."""
    if request.method == "POST":
        try:
            withdrawal.withdraw(found.pk)
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Đã rút hồ sơ. Tin nhắn báo việc này đang được gửi tới số đã khai."))
        return redirect("registration:file")
    if found.state not in UNDECIDED_STATES:
        return redirect("registration:file")
    return render(request, "registration/withdraw.html", {"declaration": found})
