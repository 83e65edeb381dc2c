"""Pages of the whole house: home, health, errors."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import set_language
from redis.exceptions import RedisError

from accounts.sms import texts
from vssportal import context


def home(request: HttpRequest) -> HttpResponse:
    sample = (_("Ví dụ một tin nhắn có mã"), texts.one_time_code(purpose="register", code="482913"))
    response = render(request, "home.html", {"samples": [sample]})
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    return response


@csrf_exempt  # a stranger's page could only change words, and the button stands on pages that know no session
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """`language`: the code of one of ours, for this browser from now on; back to the page the button stood on."""
    return set_language(request)


@cache_control(max_age=60 * 60)
@vary_on_cookie
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to keep the portal on its home screen (W3C Web Application Manifest)."""
    name, start = _(settings.PORTAL_NAME), reverse("registration:start")
    icons = (
        ("icon-192", "192x192", "any"),
        ("icon-512", "512x512", "any"),
        ("icon-maskable-512", "512x512", "maskable"),
    )
    ways = (
        (_("Đăng ký tài khoản"), f"{start}?loi-vao=ung-dung"),
        (_("Theo dõi hồ sơ"), reverse("registration:track")),
        (_("Thẻ BHYT"), reverse("cards:card")),
    )
    content = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0b4f8f",
        "background_color": "#f4f7fa",
        "icons": [
            {"src": static(f"img/{file}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in icons
        ],
        "shortcuts": [{"name": words, "url": url} for words, url in ways],
    }
    return JsonResponse(content, content_type="application/manifest+json")


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: database, broker and storage, each named; 503 if one is down."""
    parts = {"database": _database_up(), "broker": _broker_up(), "storage": _storage_up()}
    state = {name: "ok" if up else "down" for name, up in parts.items()}
    return JsonResponse(state, status=200 if all(parts.values()) else 503)


def _database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_up() -> bool:
    token = secrets.token_hex(8)
    try:
        cache.set("readyz", token, timeout=10)
    except (RedisError, OSError):
        return False
    return True


def _storage_up() -> bool:
    try:
        default_storage.delete(default_storage.save("readyz", ContentFile(b"ok")))
    except Exception:  # whatever a storage backend raises, the answer is the same: it cannot serve
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "csrf_failure.html", {"reopen": _page_before(request)}, status=403)


@never_cache
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, SessionInterrupted):  # the same button twice: the first press has moved the session on
        return redirect(settings.LOGIN_URL)
    return render(request, "400.html", status=400)


@never_cache
def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nobody: the database, the session or the static manifest may be what broke."""
    return HttpResponse(render_to_string("500.html", context.portal(request)), status=500)


def _page_before(request: HttpRequest) -> str:
    """The page whose form was sent; the form's own address may answer POST only."""
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if is_ours else request.path
