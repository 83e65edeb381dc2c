"""How the house says no: a page with a way on, and one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

Handler = Callable[[HttpRequest], HttpResponse]


def refusals_as_pages(get_response: Handler) -> Handler:
    """Gives Django's empty 405 a page, and keeps no refusal: its header shows who is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            response.content = render_to_string("405.html", request=request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            add_never_cache_headers(response)
        return response

    return middleware


class RefusalsInOneLine(logging.Filter):
    """Drops the trace of a refused request: it shows what broke here, and nothing did."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True
