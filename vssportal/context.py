"""What every page may say of the portal itself."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    return {
        "portal": {
            "name": settings.PORTAL_NAME,
            "tagline": settings.PORTAL_TAGLINE,
            "is_replica": settings.PORTAL_IS_REPLICA,
            "is_demo": settings.DEMO_MODE,
        }
    }
