"""From one device to another: the login that waits for a code, and what the one that was put out can say to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import browsers
from accounts.browsers import Browser, browser_of
from accounts.errors import PortalError
from accounts.form_rendering import form_page
from accounts.forms import CodeForm, RecoveryCodeForm
from accounts.limits import client_address
from accounts.models import User
from accounts.services import access, devices, half_logins, one_time_codes, put_outs, recovery, recovery_codes
from accounts.services.devices import TAKE_OVER
from accounts.services.half_logins import Step
from accounts.views.session import HEADING_FOR, home_of, nothing_half_done

PHONE_IN_DOUBT = gettext_lazy(
    "Đã khóa tài khoản, thiết bị kia thoát ra, cơ quan BHXH được báo. Số nhận mã đã bị đổi sau khi tài khoản rời máy "
    "này, nên không gửi mã tới số đó: mang giấy tờ đến cơ quan BHXH để lấy lại tài khoản. Thẻ và hồ sơ còn nguyên."
)


@never_cache
@sensitive_post_parameters()
def take_over(request: HttpRequest) -> HttpResponse:
    """The password was right and another browser has the account: warn, send a code, and move the account here."""
    user = half_logins.user_of(request.session, Step.TAKE_OVER)
    if user is None:
        return nothing_half_done(request)
    if "cancel" in request.POST:
        return _leave_it(request)
    browser = browser_of(request)
    if request.POST.keys() & {"send", "resend"}:
        return _send_code(request, user, browser)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        target = _target(request, user)
        try:
            kept = devices.take_over(request, code=form.cleaned_data["code"], browser=browser)
            return _moved(request, target, kept)
        except PortalError as error:
            kept_here = _is_here_already(request, browser)
            if kept_here is not None:
                return browsers.keep(redirect(target), kept_here)
            form.refuse(error, field="code" if isinstance(error, one_time_codes.CodeWrong) else None)
    asked = one_time_codes.asked_code(request.session, purpose=TAKE_OVER, subject=str(user.pk))
    context = {
        "form": form,
        "other": user.active_device,
        "phone_end": str(user.phone)[-3:],
        "no_phone": None if user.phone else devices.NoPhone(),
        "sent": one_time_codes.describe(asked) if asked else None,
        "has_paper": recovery_codes.left(user) > 0,
    }
    return form_page(request, "accounts/take_over.html", context)


@never_cache
@sensitive_post_parameters()
def take_over_by_paper(request: HttpRequest) -> HttpResponse:
    """The same with a printed recovery code, by whoever cannot read messages to the phone."""
    user = half_logins.user_of(request.session, Step.TAKE_OVER)
    if user is None:
        return nothing_half_done(request)
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        target = _target(request, user)
        try:
            kept = devices.take_over_by_paper(request, code=form.cleaned_data["code"], browser=browser_of(request))
            return _moved(request, target, kept)
        except PortalError as error:
            form.refuse(error, field="code" if isinstance(error, recovery_codes.RecoveryCodeWrong) else None)
    return form_page(request, "accounts/take_over_by_paper.html", {"form": form, "other": user.active_device})


@require_POST
def dispute(request: HttpRequest) -> HttpResponse:
    """«Không phải tôi», pressed in the browser that was put out: the account is locked, and recovery begins.

    Or «Là tôi»: nobody else of the family is to be asked here again.
    """
    turn_id = access.row_id(request.POST.get("turn", ""))
    if "own" in request.POST:
        return browsers.keep(redirect("accounts:login"), put_outs.agree(request, browser_of(request), turn_id=turn_id))
    try:
        user = put_outs.dispute(browser_of(request), turn_id=turn_id)
        if put_outs.is_phone_in_doubt(user):
            messages.warning(request, PHONE_IN_DOUBT)
            return redirect("accounts:login")
        recovery.start_for(request, user, address=client_address(request))
    except put_outs.DisputeOver as error:
        if recovery.sent(request.session) is not None:  # the same button once more
            return redirect("accounts:reset_code")
        messages.warning(request, str(error))
        return redirect("accounts:login")
    except PortalError as error:
        messages.warning(request, str(error))  # locked all the same; the code can be asked for again
        return redirect("accounts:reset")
    messages.success(request, _("Đã khóa tài khoản: thiết bị kia thoát ra, cơ quan BHXH được báo."))
    return redirect("accounts:reset_code")


def _leave_it(request: HttpRequest) -> HttpResponse:
    half_logins.forget(request.session)
    one_time_codes.forget_code(request.session, purpose=TAKE_OVER)
    messages.success(request, _("Không có gì thay đổi: thiết bị kia vẫn dùng tài khoản. Mã đã gửi thì bỏ qua."))
    return redirect("home")


def _moved(request: HttpRequest, target: str, kept: Browser) -> HttpResponse:
    messages.success(request, _("Tài khoản đã mở ở đây. Thiết bị trước đã thoát."))
    return browsers.keep(redirect(target), kept)


def _target(request: HttpRequest, user: User) -> str:
    return str(request.session.get(HEADING_FOR) or home_of(user))


def _is_here_already(request: HttpRequest, browser: Browser) -> Browser | None:
    """The same button pressed twice: the first press has moved the account to this browser."""
    try:
        return devices.resume(request, browser=browser)
    except half_logins.HalfLoginOver:
        return None


def _send_code(request: HttpRequest, user: User, browser: Browser) -> HttpResponse:
    """A code to the phone, unless the account is open in this very browser by now."""
    target = _target(request, user)
    try:
        kept = devices.resume(request, browser=browser)
        if kept is not None:
            return browsers.keep(redirect(target), kept)
        devices.send_code(request, address=client_address(request))
    except PortalError as error:
        messages.warning(request, str(error))
    return browsers.keep(redirect("accounts:take_over"), browser)
