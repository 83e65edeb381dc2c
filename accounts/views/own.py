"""The citizen's own data."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.decorators import citizen_required
from accounts.files import private_image
from accounts.models import User


@require_safe
@citizen_required
def portrait(request: HttpRequest) -> HttpResponseBase:
    person = cast(User, request.user).person
    if person is None:
        raise Http404
    return private_image(person.portrait)
