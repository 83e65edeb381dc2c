"""What every page may say of the portal itself, and on which side of the counter it stands."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext


def portal(request: HttpRequest) -> dict[str, object]:
    return {
        "portal": {
            "name": gettext(settings.PORTAL_NAME),
            "tagline": settings.PORTAL_TAGLINE and gettext(settings.PORTAL_TAGLINE),
            "is_replica": settings.PORTAL_IS_REPLICA,
            "is_demo": settings.DEMO_MODE,
        },
        "at_desk": partial(_is_at_desk, request.path),  # asked for by few pages
    }


def _is_at_desk(path: str) -> bool:
    return path.startswith(reverse("admin:index"))
