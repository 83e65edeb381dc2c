"""Our messages: how fast they leave, what a true one looks like, is a pasted one ours, why one does not come."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import PastedMessageForm
from accounts.services import message_speed
from accounts.sms import recognise, texts

NOBODYS_PASSWORD = "Kx47mnPqrT"  # noqa: S105 - an example


@sensitive_post_parameters()
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    form, judgement = PastedMessageForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            judgement = recognise.judge(form.cleaned_data["text"])
        except PortalError as error:
            form.refuse(error, field="text")
    today, week = message_speed.share_today(), message_speed.share_this_week()
    context = {
        "form": form,
        "judgement": judgement,
        "shares": [(_("Hôm nay"), today), (_("7 ngày qua"), week)],
        "until": today.until or week.until,
        "samples": _samples(),
    }
    return form_page(request, "accounts/messages.html", context)


def _samples() -> list[tuple[str, str]]:
    return [
        (_("Ví dụ một tin nhắn có mã"), texts.one_time_code(purpose="register", code="482913")),
        (_("Ví dụ tin cấp tài khoản"), texts.credentials(bhxh_code="9900000001", password=NOBODYS_PASSWORD)),
        (_("Ví dụ một tin báo"), texts.declaration_filed(file_number="03706/2026/00101")),
    ]
