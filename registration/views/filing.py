"""Every answer at once, Ghi nhận, and the confirmation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import IdKind
from registration.forms.filing import ConfirmForm
from registration.models import Declaration
from registration.services import intake, readings
from registration.services.photos import required_photos
from registration.views import papers
from registration.views.drafts import DRAFT, page, with_draft
from registration.views.tracking import FILED


@with_draft
def check(request: HttpRequest, draft: Declaration) -> HttpResponse:
    intake.require_complete(draft)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        filed = intake.file_declaration(draft.pk)
        request.session[FILED] = filed.pk
        request.session.pop(DRAFT, None)
        papers.forget(request)
        return redirect("registration:done")
    shown = Declaration.objects.select_related("province", "ward", "office").get(pk=draft.pk)
    pictures = draft.photos.filter(kind__in=required_photos(draft)).order_by("-kind")
    advice = {
        "is_odd_cccd": not intake.cccd_agrees(shown),
        "is_cmnd": shown.id_kind == IdKind.CMND,
        "differences": readings.compare(shown),
    }
    return page(request, "check", {"form": form, "draft": shown, "photos": pictures, **advice})


@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    pk = request.session.get(FILED) or request.session.get(DRAFT, 0)
    filed = Declaration.objects.filter(pk=pk, file_number__isnull=False).select_related("office").first()
    if filed is None:
        return redirect("registration:start")
    return render(request, "registration/done.html", {"declaration": filed})
