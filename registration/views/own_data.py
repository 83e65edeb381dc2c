"""What a citizen may have of their data: a copy, and its deletion."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.errors import PortalError
from accounts.services import access
from registration import selectors
from registration.models import Declaration, ErasureRequest
from registration.services import erasure
from registration.services.export import export
from registration.views import papers
from registration.views.drafts import with_draft
from registration.views.rights import DRAFT, with_file
from registration.workflow import DECIDED_STATES


@require_safe
@with_file
def data(request: HttpRequest, file: Declaration) -> HttpResponse:
    """All that is held of the file, as a download."""
    limits.hit("export.file", str(file.pk))
    access.record(
        "declaration.exported",
        actor=None,
        person_id=selectors.declared_person_id(file),
        object_type="declaration",
        object_id=file.pk,
    )
    response = JsonResponse(export(file), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="ho-so-{str(file.file_number).replace("/", "-")}.json"'
    return response


@with_file
def erase(request: HttpRequest, file: Declaration) -> HttpResponse:
    """What deleting means, and the button that asks for it."""
    if request.method == "POST":
        _ask(request, file)
        return redirect("registration:erase")
    asked = ErasureRequest.objects.filter(declaration=file).first()
    context = {"declaration": file, "asked": asked, "is_decided": file.state in DECIDED_STATES}
    return render(request, "registration/erase.html", context)


def _ask(request: HttpRequest, file: Declaration) -> None:
    try:
        erasure.ask(file.pk)
    except PortalError as error:
        messages.warning(request, str(error))


@with_draft
def discard(request: HttpRequest, draft: Declaration) -> HttpResponse:
    """«Xóa tờ khai này»: at once, by the browser that fills it in."""
    if request.method == "POST":
        erasure.delete_draft(draft.pk)
        request.session.pop(DRAFT, None)
        papers.forget(request)
        messages.success(request, _("Tờ khai và các ảnh đã được xóa. Bạn có thể khai lại bất cứ lúc nào."))
        return redirect("registration:start")
    return render(request, "registration/discard.html", {"draft": draft})
