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
            "name": _in_words(settings.PORTAL_NAME),
            "tagline": _in_words(settings.PORTAL_TAGLINE),
            "is_replica": settings.PORTAL_IS_REPLICA,
            "is_demo": settings.DEMO_MODE,
        },
        "at_desk": partial(_is_at_desk, request.path),  # asked for by few pages
    }


def _in_words(name: str) -> str:
    """The portal's own name has an English one; what an operator has called theirs stays as it is."""
    return gettext(name) if name else name


def _is_at_desk(path: str) -> bool:
    return path.startswith(reverse("admin:index"))
