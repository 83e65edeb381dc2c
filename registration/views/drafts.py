"""A browser's open draft, which every page of the declaration works on (docs/adr/0022-drafts-by-phone.md).

A draft belongs to its phone: a browser that proved the number works on any of
its drafts, wherever they were begun, until it is left alone (`rights`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.form_rendering import form_page
from accounts.models import OneTimeCode
from accounts.services import one_time_codes
from registration.models import Declaration
from registration.services import duplicates, intake
from registration.services.status import AlreadyFiled
from registration.views.rights import (
    DRAFT,
    FILED,
    HANDED,
    HANDED_SENT,
    PROVED,
    give_up,
    own_draft,
    proved_number,
)
from registration.workflow import State

# In the session, beside what `rights` keeps there: what is typed before a draft exists; what was sent after the proof
# had run out; whether the way of the app was taken.
BEGUN, TYPED, APP_ENTRY = "begun", "typed", "app_entry"
READINGS = "paper_readings"  # what papers said, of one draft
NO_DRAFT = "chua-co-to-khai"
STEPS = ("phone", "identity", "photos", "address", "check")
# Pages whose answers wait for the phone to be proved again; a picture is too large, consent is given afresh.
WAITING_PAGES = ("identity", "address")
LONGEST_TYPED = 4000  # characters

DraftView = Callable[[HttpRequest, Declaration], HttpResponse]


def with_draft(view: DraftView) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hands over this browser's open draft; without one, leads to where the person can go on."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        draft = _draft_of_page(request)
        if draft is not None and draft.state == State.DRAFT:
            _take_typed(request, draft)
            try:
                return view(request, draft)
            except AlreadyFiled as error:
                messages.warning(request, str(error))
                return redirect("registration:done")
            except intake.Incomplete as error:  # another tab took something away
                messages.warning(request, str(error))
                return next_page(draft)
            except Declaration.DoesNotExist:  # another tab deleted it
                return redirect(f"{reverse('registration:phone')}?{NO_DRAFT}")
        if draft is not None or FILED in request.session:
            messages.warning(request, str(AlreadyFiled()))
            return redirect("registration:done")
        _keep_typed(request)
        return redirect(f"{reverse('registration:phone')}?{NO_DRAFT}")

    return guarded


def page(request: HttpRequest, step: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the declaration; the code belongs to the step of the phone."""
    number = STEPS.index("phone" if step == "code" else step) + 1
    progress = {"step_number": number, "step_count": len(STEPS)}
    submit_label = _("Gửi") if is_app_entry(request) else _("Ghi nhận")
    shared = {**progress, "submit_label": submit_label, **_own_drafts(request, step)}
    return form_page(request, f"registration/{step}.html", {**shared, **context})


def next_page(draft: Declaration) -> HttpResponse:
    """The first page with something missing, or the one that shows every answer."""
    draft.refresh_from_db()
    missing = intake.missing_parts(draft)
    return redirect(f"registration:{missing[0] if missing else 'check'}")


def work_on(session: SessionBase, draft: Declaration) -> None:
    session[DRAFT] = draft.pk


def forget_person(session: SessionBase) -> None:
    """Nothing of whoever declared here is left for the next one, under another session id."""
    one_time_codes.forget_code(session, purpose=OneTimeCode.Purpose.REGISTER)
    for key in (DRAFT, PROVED, TYPED, READINGS, FILED, HANDED, HANDED_SENT):
        session.pop(key, None)
    give_up(session)
    session.cycle_key()


def is_app_entry(request: HttpRequest) -> bool:
    """Whether this browser came by «Đăng ký tài khoản», the way of a phone: Gửi, and the camera first."""
    return bool(request.session.get(APP_ENTRY))


def take_typed_page(session: SessionBase, drafts: list[Declaration]) -> tuple[Declaration, str] | None:
    """The draft a page was sent for after its proof had run out, and that page; forgotten if it is none of these."""
    typed = session.get(TYPED, {})
    draft = next((draft for draft in drafts if draft.pk == typed.get("draft")), None)
    if draft is None:
        session.pop(TYPED, None)
        return None
    return draft, typed["page"]


def _draft_of_page(request: HttpRequest) -> Declaration | None:
    """The draft the sent page was for, which another tab may have left meanwhile; else the one worked on."""
    sent_for = _sent_for(request)
    number = proved_number(request)
    if not sent_for or not number:
        return own_draft(request)
    draft = Declaration.objects.filter(pk=sent_for, phone=number).first()
    if draft is not None and draft.state == State.DRAFT:
        work_on(request.session, draft)
    return draft


def _sent_for(request: HttpRequest) -> int:
    """What the page carries in `draft`; 0 for a page of none."""
    sent = request.POST.get("draft", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


def _keep_typed(request: HttpRequest) -> None:
    """In the session until the phone is proved again: nobody types a page twice because a proof ran out."""
    name = _page_name(request)
    answers = request.POST.copy()
    answers.pop("csrfmiddlewaretoken", None)
    body = answers.urlencode()
    if request.method == "POST" and name in WAITING_PAGES and _sent_for(request) and len(body) <= LONGEST_TYPED:
        request.session[TYPED] = {"page": name, "draft": _sent_for(request), "body": body}


def _take_typed(request: HttpRequest, draft: Declaration) -> None:
    """Goes on with the button that was pressed before the phone had to be proved again.

    And says so: on a shared machine somebody else may have pressed it.
    """
    typed = request.session.get(TYPED, {})
    if request.method != "GET" or (typed.get("page"), typed.get("draft")) != (_page_name(request), draft.pk):
        return
    del request.session[TYPED]
    messages.info(
        request, _("Đã dùng những gì gửi từ máy này lúc chưa xác nhận số điện thoại. Xem lại cho đúng trước khi nộp.")
    )
    request.method, request.POST = "POST", QueryDict(typed["body"])


def _page_name(request: HttpRequest) -> str | None:
    return request.resolver_match.url_name if request.resolver_match is not None else None


def _own_drafts(request: HttpRequest, step: str) -> dict[str, Any]:
    """`draft_mark`, which a page sends back as `draft`, the phone's other drafts to change to, and its `standing`."""
    if step in ("phone", "code"):
        return {}
    number, current = proved_number(request), request.session.get(DRAFT, 0)
    drafts = intake.open_drafts(number)
    others = [draft for draft in drafts if draft.pk != current]
    own = next((draft for draft in drafts if draft.pk == current), None)
    # The last page asks for it itself, since what it may do depends on it.
    standing = duplicates.standing_of(own) if own is not None and step != "check" else None
    return {"draft_mark": current, "other_drafts": others, "standing": standing}
