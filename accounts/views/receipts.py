"""Where providers report what became of a message; people have no business here."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.limits import caller
from accounts.sms import providers, receipts

LONGEST_REPORT = 16 * 1024  # bytes


# No browser calls it: the provider proves itself by a token, a signature or its address.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, name: str) -> HttpResponse:
    """200 for whatever is not to be sent once more: late and repeated reports, and those of no message of ours."""
    provider = providers.named(name)
    if provider is None or provider.reports is None:
        return _answer("unknown", HTTPStatus.NOT_FOUND)
    if len(request.body) > LONGEST_REPORT:
        return _answer("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    address = caller(request)
    if not receipts.is_from(provider.reports, address=address, headers=request.headers, body=request.body):
        return _answer("refused", HTTPStatus.FORBIDDEN)
    fields = request.POST.dict() if provider.reports.secret else {**request.GET.dict(), **request.POST.dict()}
    outcome = receipts.take(provider, reports=provider.reports, fields=fields, body=request.body)
    return _answer(
        outcome.value, HTTPStatus.SERVICE_UNAVAILABLE if receipts.is_early(provider, outcome) else HTTPStatus.OK
    )


def _answer(words: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")
