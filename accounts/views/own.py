"""The citizen's own data: the account, what happened to it, who looked at it, the portrait."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import citizen_required
from accounts.files import private_image
from accounts.forms import LanguageForm
from accounts.models import Language, Person, User
from accounts.services import access, history, languages, recovery_codes, traces
from accounts.services.sessions import SessionOver

LATEST_LOOKS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = LanguageForm(request.POST or None, initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        return _choose_language(request, user, form.cleaned_data["language"])
    person = Person.objects.select_related("ward__province").get(pk=_person_id(request))
    context = {
        "form": form,
        "person": person,
        "phone_ending": _ending(str(user.phone)),
        "paper_ending": _ending(person.id_number),
        "device": user.active_device,
        "papers_left": recovery_codes.left(user),
        "sign_ins": history.sign_ins(user),
        "shown_sign_ins": history.SHOWN_SIGN_INS,
        "looks": traces.looks(person.pk).looks[:LATEST_LOOKS],
    }
    return render(request, "accounts/profile.html", context)


@require_safe
@citizen_required
def looks(request: HttpRequest) -> HttpResponse:
    before = access.row_id(request.GET.get("truoc", ""))
    page = traces.looks(_person_id(request), before=before)
    return render(request, "accounts/looks.html", {"page": page, "is_first": before is None})


@require_safe
@citizen_required
def steps(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    before = access.row_id(request.GET.get("truoc", ""))
    context = {"page": history.steps(user, before=before), "is_first": before is None, "device": user.active_device}
    return render(request, "accounts/history.html", context)


@require_safe
@citizen_required
def portrait(request: HttpRequest) -> HttpResponseBase:
    person = cast(User, request.user).person
    if person is None:
        raise Http404
    return private_image(person.portrait)


def _choose_language(request: HttpRequest, user: User, language: Language) -> HttpResponse:
    try:
        languages.choose_for_messages(request, user, language=language)
    except SessionOver:
        return redirect("accounts:login")  # which says why
    messages.success(request, _("Đã lưu. Từ nay tin nhắn gửi cho bạn viết bằng ngôn ngữ này."))
    return redirect("accounts:profile")


def _person_id(request: HttpRequest) -> int:
    """A citizen is always a person; the database's constraint says the same."""
    return cast(int, cast(User, request.user).person_id)


def _ending(number: str) -> str:
    """What its holder knows it by, and nobody else learns it from."""
    return number[-3:]
