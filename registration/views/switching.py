"""Another person's declaration on the same phone, or in the same browser."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import limits
from accounts.errors import PortalError
from registration.models import Declaration
from registration.services import intake
from registration.views import drafts, rights
from registration.views.drafts import BEGUN, NO_DRAFT, next_page
from registration.views.rights import FILED


@never_cache
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """«Khai cho người khác» by another phone (`leave`) or by this one (`new`), or the draft chosen (`to`)."""
    if "leave" in request.POST:
        return _leave(request)
    number = rights.proved_number(request)
    if not number:
        return redirect(f"{reverse('registration:phone')}?{NO_DRAFT}")
    if "new" in request.POST:
        return _begin_another(request, number)
    chosen = [draft for draft in intake.open_drafts(number) if str(draft.pk) == request.POST.get("to")]
    if not chosen:
        messages.warning(request, _("Tờ khai đó đã được nộp hoặc không còn nữa. Các tờ khác vẫn được giữ."))
        return redirect("registration:identity")
    drafts.work_on(request.session, chosen[0])
    return next_page(chosen[0])


def _begin_another(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever helped with the one before goes on helping."""
    before = rights.own_draft(request)
    try:
        limits.hit("draft.phone", number)
        draft = intake.another_draft(phone=number)
    except PortalError as error:
        messages.warning(request, str(error))
        return redirect("registration:identity")
    if before is not None and before.helper_name:
        intake.save_answers(draft.pk, **_helper_of(before))
    drafts.work_on(request.session, draft)
    return redirect("registration:identity")


def _leave(request: HttpRequest) -> HttpResponse:
    """Back to the first page; only who helps is remembered, since it is they who go on."""
    before = _last_declaration(request)
    drafts.forget_person(request.session)
    request.session.pop(BEGUN, None)
    if before is not None and before.helper_name:
        request.session[BEGUN] = {"applicant_kind": "individual", **_helper_of(before)}
    messages.info(request, _("Trên trình duyệt này không còn gì của người khai trước. Tờ khai làm dở vẫn được giữ."))
    return redirect("registration:start")


def _last_declaration(request: HttpRequest) -> Declaration | None:
    own = rights.own_draft(request)
    return own or Declaration.objects.filter(pk=request.session.get(FILED, 0)).first()


def _helper_of(declaration: Declaration) -> dict[str, str]:
    return {"helper_name": declaration.helper_name, "helper_relation": declaration.helper_relation}
