"""A provider's report goes straight to its view."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.views.receipts import receipt

Handler = Callable[[HttpRequest], HttpResponse]


def straight_to_receipts(get_response: Handler) -> Handler:
    """What sees to people, their sessions, forms and rights, has nothing to do for a machine: a fifth of its time."""
    before, after = reverse("accounts:receipt", args=["name"]).split("name")

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(before) and path.endswith(after):
            return receipt(request, path.removeprefix(before).removesuffix(after))
        return get_response(request)

    return middleware
