"""What is written down when something breaks: places in the code, never values of a person."""

from __future__ import annotations

import copy
import logging
import re
import traceback
from collections.abc import ItemsView
from functools import cache
from types import FrameType, TracebackType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

# What Django's report takes straight from the request, past its filter.
_FROM_THE_REQUEST = ("request_GET_items", "request_FILES_items", "request_COOKIES_items")
_HARMLESS_META = ("REQUEST_METHOD", "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_USER_AGENT")


def without_secrets(text: str) -> str:
    """The text with the secret part of an address left out (settings.MASKED_ADDRESSES)."""
    return _secret_in_address().sub(r"\1…", text)


@cache
def _secret_in_address() -> re.Pattern[str]:
    """Made once: every line of the log passes it."""
    return re.compile(settings.MASKED_ADDRESSES)


class NoValuesFilter(SafeExceptionReporterFilter):
    """No form value and no local variable."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {name: without_secrets(str(request.META[name])) for name in _HARMLESS_META if name in request.META}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST if request else {}, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType | TracebackType
    ) -> ItemsView[str, Any]:
        return dict[str, Any]().items()


class PlacesReporter(ExceptionReporter):
    """Django's report without who asked, cookies, query string, uploads, settings and the exception's own words."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        hidden = self.filter.cleansed_substitute
        shown = {name: [(key, hidden) for key, _value in data.get(name) or []] for name in _FROM_THE_REQUEST}
        if self.request is not None:
            data["request"] = copy.copy(self.request)
            data["request"].path_info = without_secrets(self.request.path_info)
        return {
            **data,
            **shown,
            "settings": {},
            "user_str": hidden,
            "exception_value": hidden,
            "request_insecure_uri": hidden,
        }


class PlacesFormatter(logging.Formatter):
    """Log lines whose tracebacks end in the exception's class: a database's message quotes the row."""

    def formatException(self, ei: Any) -> str:
        kind, _value, trace = ei
        return "".join(traceback.format_tb(trace)) + f"{kind.__module__}.{kind.__qualname__}"


class TasksWithoutValues(logging.Filter):
    """Celery's line about a task that broke quotes the exception's own words; its class is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            record.args = {**record.args, "exc": kind.__name__ if kind else "", "traceback": ""}
        return True


class AddressesWithoutSecrets(logging.Filter):
    """Django's line about a refused request, and the web server's about a broken one, quote its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        masked = without_secrets(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True
