"""Small gates every request passes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import put_outs, second_factor, sessions

LARGEST_BODY = 40 * 1024 * 1024  # three photos of 12 MB and the rest of their form
LONGEST_LENGTH = 12  # digits
UNUSED_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

SESSION_OVER = {
    put_outs.IDLE: _("Bạn không thao tác trong một lúc nên phiên đã kết thúc. Những gì đã lưu vẫn giữ nguyên."),
    put_outs.DEVICE_OVER: _("Phiên này đã kết thúc: tài khoản đăng xuất, hoặc mở ở quá nhiều nơi. Đăng nhập lại."),
}

Handler = Callable[[HttpRequest], HttpResponse]


def demo_loopback_only(get_response: Handler) -> Handler:
    """Demo logins are public knowledge: nobody outside this machine may try them."""
    if not settings.DEMO_MODE:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        if not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback:
            return HttpResponseForbidden("Bản trình diễn chỉ mở được trên chính máy chạy nó.")
        return get_response(request)

    return middleware


def page_language(get_response: Handler) -> Handler:
    """A page speaks the language chosen in this browser, else Vietnamese (docs/adr/0025-two-languages.md).

    What the browser says it prefers is not asked: most phones here were never set up for Vietnamese.
    """
    languages = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in languages else settings.LANGUAGE_CODE
        with translation.override(language):
            response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def bounded_and_guarded(get_response: Handler) -> Handler:
    """Refuses a body larger than any form of ours before it is read, and tells browsers what pages never use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > LONGEST_LENGTH or int(length) > LARGEST_BODY:
            response = render(request, "413.html", status=413)
            add_never_cache_headers(response)
        else:
            response = get_response(request)
        response.headers.setdefault("Permissions-Policy", UNUSED_FEATURES)
        return response

    return middleware


def one_device(get_response: Handler) -> Handler:
    """A session goes on while its device's turn lasts and it is not left alone for too long; then it is told why."""

    def middleware(request: HttpRequest) -> HttpResponse:
        why = put_outs.ending(request)
        if not why:
            if isinstance(request.user, User):
                sessions.note_use(request)
            return get_response(request)
        put_outs.put_out(request, why)
        if request.path.startswith(reverse("admin:index")):
            messages.warning(request, SESSION_OVER[why])
            return get_response(request)  # as nobody: the desk has a login page of its own
        if request.path.startswith((reverse(settings.LOGIN_URL), reverse("accounts:reset"))):
            return get_response(request)  # open to everybody
        is_page = request.method == "GET"
        response = redirect_to_login(request.get_full_path()) if is_page else redirect(settings.LOGIN_URL)
        add_never_cache_headers(response)
        return response

    return middleware


def first_password_change(get_response: Handler) -> Handler:
    """Whoever came in with a one-time password sets their own before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        is_first = user.is_authenticated and user.must_change_password
        if is_first and not _is_way_out(request.path, "accounts:change_password"):
            return redirect("accounts:change_password")
        return get_response(request)

    return middleware


def second_factor_first(get_response: Handler) -> Handler:
    """Staff and clinic desks that have proved a password only set up their second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if second_factor.is_missing(request.user) and not _is_way_out(request.path, "accounts:enrol"):
            return redirect("accounts:enrol")
        return get_response(request)

    return middleware


def _is_way_out(path: str, page: str) -> bool:
    always = (reverse("accounts:logout"), reverse("language"))
    return path in (reverse(page), *always) or path.startswith(settings.STATIC_URL)
