"""The token that lets another phone in stands in an address, and in no log or report."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.reports import AddressesWithoutSecrets, NoValuesFilter, PlacesReporter
from registration.services import handovers
from tests.registration.walking import open_draft

pytestmark = pytest.mark.django_db

PHONE = "/dang-ky/anh/"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own log handler writes."""
    (handler,) = (
        one for one in logging.root.handlers if any(isinstance(f, AddressesWithoutSecrets) for f in one.filters)
    )
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def test_no_line_of_the_log_shows_a_token(client: Client, log: io.StringIO) -> None:
    opened = f"{PHONE}{handovers.start(open_draft(client).pk)}/"
    token = opened.split("/")[-2]
    strict = Client(enforce_csrf_checks=True)
    strict.post(opened)
    strict.put(opened)
    Client().post(opened)
    Client().get(opened)
    Client().get(f"{PHONE}{token}")
    logging.getLogger("django.request").warning("Not Found: %s", opened)
    logging.getLogger("elsewhere").error(f"broken at {opened}?x=1")
    assert token not in log.getvalue()
    assert log.getvalue().count("/dang-ky/anh/…") >= 4


def test_no_report_of_a_breakdown_shows_a_token(rf: RequestFactory) -> None:
    token = secrets.token_urlsafe(24)
    request: Any = rf.get(f"{PHONE}{token}/")
    try:
        raise ValueError(token)
    except ValueError as error:
        reporter = PlacesReporter(request, type(error), error, error.__traceback__)
    assert token not in reporter.get_traceback_text()
    assert token not in reporter.get_traceback_html()
    assert request.path_info.endswith(f"{token}/")
    assert token not in str(NoValuesFilter().get_safe_request_meta(request))
