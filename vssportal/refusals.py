"""How the house says no: a page with a way on, and one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from accounts.errors import TooManyRequests
from accounts.form_rendering import mark_refused

logger = logging.getLogger(__name__)


class RefusalsAsPages:
    """A page for what Django answers with nothing or with a failure; no refusal is kept: its header shows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            response.content = render_to_string("405.html", request=request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            add_never_cache_headers(response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A used-up limit that no form caught, or a value no column can hold: only a request made by hand has one."""
        if isinstance(exception, TooManyRequests):
            response = render(request, "429.html", {"error": exception})
            mark_refused(response, exception)
            return response
        if isinstance(exception, DataError):
            logger.error("a value that no column holds", exc_info=exception)
            return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
        return None


class RefusalsInOneLine(logging.Filter):
    """Drops the trace of a refused request: it shows what broke here, and nothing did."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True
