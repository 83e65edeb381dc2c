"""Who it is that declares: typed, or read from a paper's QR code and looked over."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.form_rendering import mark_refused
from accounts.middleware import UNUSED_FEATURES
from registration.forms.identity import IdentityForm, PaperForm
from registration.models import Declaration
from registration.services import intake
from registration.views import papers
from registration.views.drafts import next_page, page, with_draft

# This page may use the camera, where a browser can read codes itself; nothing else is opened up.
CAMERA_HERE = UNUSED_FEATURES.replace("camera=()", "camera=(self)")

ODD_CCCD = _(
    "Số CCCD không khớp giới tính hoặc năm sinh đã khai. Nếu gõ nhầm, quay lại trang trước để sửa; "
    "đúng như giấy tờ thì cứ tiếp tục, cán bộ sẽ xem."
)


@with_draft
def identity(request: HttpRequest, draft: Declaration) -> HttpResponse:
    if papers.READ_PAPER in request.POST:
        return _read_paper(request, draft)
    initial = {**model_to_dict(draft, fields=intake.IDENTITY_FIELDS), "birth_date": draft.birth_date_text}
    form = IdentityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _save(request, draft, form)
    return _page(request, form, PaperForm())


def _save(request: HttpRequest, draft: Declaration, form: IdentityForm) -> HttpResponse:
    kind_before = draft.id_kind
    intake.save_answers(draft.pk, **form.cleaned_data)
    draft.refresh_from_db()
    if not intake.cccd_agrees(draft) and intake.missing_parts(draft):  # the last page says so itself
        messages.warning(request, ODD_CCCD)
    if kind_before not in ("", draft.id_kind):
        messages.warning(request, _("Bạn đã đổi loại giấy tờ. Xem lại ảnh giấy tờ bên dưới, thay nếu cần."))
        return redirect("registration:photos")
    return next_page(draft)


def _read_paper(request: HttpRequest, draft: Declaration) -> HttpResponse:
    """The page again, with what the paper says in the empty fields; nothing is saved."""
    typed = {name: request.POST.get(name, "") for name in IdentityForm.base_fields}
    paper = PaperForm(request.POST, request.FILES)
    try:
        filled = papers.fill(typed, papers.read(request, draft))
    except PortalError as error:
        paper.refuse(error, field=papers.PICTURE)
        return _page(request, IdentityForm(initial=typed), paper)
    return _page(request, filled.form, PaperForm(), filled)


def _page(
    request: HttpRequest, form: IdentityForm, paper: PaperForm, filled: papers.Filled | None = None
) -> HttpResponse:
    response = page(request, "identity", {"form": form, "paper": paper, "filled": filled})
    mark_refused(response, paper.refusal)
    response["Permissions-Policy"] = CAMERA_HERE
    return response
