"""«Chụp bằng điện thoại khác»: one token, used up once, lets one other browser add photos for an hour.

To one declaration: a draft, or a filed one that waits for photos of its citizen, and then for those alone.

The token is in an address, which people photograph, forward and leave in histories: opening it does nothing,
a digest alone is kept, and what it gives is the right to add, never to see.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

import segno
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import PortalError
from accounts.sealing import keyed_digest
from registration.models import Declaration, PhotoHandover
from registration.services.photos import lock
from registration.workflow import State

TOKEN_LASTS = timedelta(minutes=15)
RIGHT_LASTS = timedelta(hours=1)
_TOKEN_BYTES = 24
_TAKES_PHOTOS = (State.DRAFT, State.SUPPLEMENT)
_QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks


class HandoverOver(PortalError):
    """Used, expired, replaced or never given: one sentence, so that none can be told from another."""

    code = "handover_over"
    message = _("Mã này không còn dùng được.")


def start(declaration_id: int) -> str:
    """A new token; what earlier ones of this declaration gave is over. AlreadyFiled when no photo is waited for."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        declaration = lock(declaration_id)
        declaration.handovers.all().delete()
        declaration.handovers.create(digest=_digest(token), expires_at=timezone.now() + TOKEN_LASTS)
    return token


def check(token: str) -> None:
    """HandoverOver unless it can still be used; it is not used by asking."""
    if not _usable().filter(digest=_digest(token)).exists():
        raise HandoverOver


def use(token: str) -> PhotoHandover:
    """Once: the second phone to come, however close, gets HandoverOver."""
    with transaction.atomic():
        given = _usable().select_for_update(of=("self",)).filter(digest=_digest(token)).first()
        if given is None:
            raise HandoverOver
        given.used_at = timezone.now()
        given.save(update_fields=["used_at"])
    return given


def declaration_of(handover_id: int) -> Declaration | None:
    """What the browser that used this token may add photos to; None once that is sent or RIGHT_LASTS is over."""
    used = PhotoHandover.objects.filter(pk=handover_id, used_at__gt=timezone.now() - RIGHT_LASTS)
    given = used.filter(declaration__state__in=_TAKES_PHOTOS).select_related("declaration").first()
    return given.declaration if given else None


def end(declaration: Declaration) -> None:
    declaration.handovers.all().delete()


def draw(token: str) -> str:
    """Inline SVG of the address a phone opens: black on white in any colour scheme, without a style attribute."""
    address = settings.PORTAL_ORIGIN.rstrip("/") + reverse("registration:handover", args=[token])
    drawn: str = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=_QUIET_ZONE, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return drawn


def _usable() -> QuerySet[PhotoHandover]:
    open_ones = PhotoHandover.objects.filter(used_at=None, expires_at__gt=timezone.now())
    return open_ones.filter(declaration__state__in=_TAKES_PHOTOS)


def _digest(token: str) -> str:
    return keyed_digest(token, purpose="photo-handover")
