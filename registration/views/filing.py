"""Every answer at once, Ghi nhận, and the confirmation."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import PortalError
from accounts.models import IdKind
from registration import consent
from registration.forms.filing import ConfirmForm
from registration.models import Declaration
from registration.services import duplicates, intake, readings
from registration.services.photos import in_order, required_photos
from registration.services.sms import filing_message
from registration.views import papers, rights
from registration.views.drafts import page, with_draft
from registration.views.rights import DRAFT, FILED, filed_here, readable_file


class WordsChanged(PortalError):
    """A form left open while the text of the consent changed: nobody agrees to what they were not shown."""

    code = "words_changed"
    message = _("Lời đồng ý và cam kết vừa được cập nhật. Tờ khai vẫn được giữ nguyên; đọc lại rồi đánh dấu lần nữa.")


@with_draft
def check(request: HttpRequest, draft: Declaration) -> HttpResponse:
    intake.require_complete(draft)
    words = consent.current()
    if request.POST.get("words", words.digest) != words.digest:
        messages.warning(request, str(WordsChanged()))
        return redirect("registration:check")
    standing = duplicates.standing_of(draft)
    form = ConfirmForm(request.POST or None, words=words, is_second=standing.is_same_code)
    if request.method == "POST" and form.is_valid():
        try:
            again = form.cleaned_data.get("again", False)
            edition = request.POST.get("shown", "")
            filed = intake.file_declaration(draft.pk, shown=edition, again=again, language=get_language() or "")
        except (intake.AnswersChanged, intake.OpenFileThere) as error:
            messages.warning(request, str(error))
            return redirect("registration:check")
        request.session[FILED] = filed.pk
        rights.grant(request.session, filed)
        request.session.pop(DRAFT, None)
        papers.forget(request)
        return redirect("registration:done")
    shown = Declaration.objects.select_related("province", "ward", "office").get(pk=draft.pk)
    pictures = [photo for photo in in_order(draft) if photo.kind in required_photos(draft)]
    advice = {
        "is_odd_cccd": not intake.cccd_agrees(shown),
        "is_cmnd": shown.id_kind == IdKind.CMND,
        "differences": readings.compare(shown),
        "standing": standing,
        "phone_files": duplicates.files_of_phone(shown),
    }
    context = {"form": form, "draft": shown, "photos": pictures, "words": words, "edition": intake.edition(shown)}
    return page(request, "check", {**context, **advice})


@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    filed = filed_here(request)
    if filed is None:
        return redirect("registration:start")
    context = {
        "declaration": filed,
        "number_parts": str(filed.file_number).split("/"),
        "may_print": readable_file(request) == filed,
        "sent": filing_message(filed),
    }
    return render(request, "registration/done.html", context)


@require_safe
@never_cache
def told(request: HttpRequest) -> HttpResponse:
    """How far the message with the file number has come; 204 where there is none."""
    filed = filed_here(request)
    sent = filing_message(filed) if filed else None
    if sent is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "includes/code_state.html", {"sent": sent})
