"""Small gates every request passes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.services import devices

LARGEST_BODY = 40 * 1024 * 1024  # three photos of 12 MB and the rest of their form
LONGEST_LENGTH = 12  # digits
UNUSED_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

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
    """A citizen's session goes on in the account's active device only; any other is out, and told why."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if devices.is_current(request):
            devices.note_use(request)
            return get_response(request)
        devices.put_out(request)
        if request.path == reverse(settings.LOGIN_URL):
            return get_response(request)
        is_page = request.method == "GET"
        response = redirect_to_login(request.get_full_path()) if is_page else redirect(settings.LOGIN_URL)
        add_never_cache_headers(response)
        return response

    return middleware


def first_password_change(get_response: Handler) -> Handler:
    """Whoever came in with a one-time password sets their own before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password and not _is_way_out(request.path):
            return redirect("accounts:change_password")
        return get_response(request)

    return middleware


def _is_way_out(path: str) -> bool:
    open_paths = (reverse("accounts:change_password"), reverse("accounts:logout"))
    return path in open_paths or path.startswith(settings.STATIC_URL)
