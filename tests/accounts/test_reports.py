"""What an exception report says when a page breaks. Values are random: a report quotes source lines."""

from __future__ import annotations

import logging
import secrets
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class

from accounts import reports
from tests import factories

pytestmark = pytest.mark.django_db


def broken_view(request: HttpRequest) -> None:
    kept_in_a_variable = request.POST["full_name"][::-1]
    raise RuntimeError(len(kept_in_a_variable))


def report(request: HttpRequest) -> str:
    try:
        broken_view(request)
    except RuntimeError:
        reporter = get_exception_reporter_class(request)(request, *sys.exc_info())
    return reporter.get_traceback_html() + reporter.get_traceback_text()


def value() -> str:
    return secrets.token_hex(12)


def test_a_report_names_the_place_and_no_form_value_or_variable() -> None:
    name, password = value(), value()
    text = report(RequestFactory().post("/dang-nhap/", {"full_name": name, "password": password}))
    assert "broken_view" in text
    assert "full_name" in text
    assert name not in text
    assert password not in text
    assert name[::-1] not in text


def test_a_report_holds_no_cookie() -> None:
    request = RequestFactory().post("/dang-nhap/", {"full_name": ""})
    session, draft = value(), value()
    request.COOKIES.update(sessionid=session, draft=draft)
    text = report(request)
    assert session not in text
    assert draft not in text


def test_a_report_holds_nothing_of_the_query() -> None:
    asked = value()
    request = RequestFactory().post("/ho-so/", {"full_name": ""}, query_params={"phone": asked})
    assert asked not in report(request)


def test_a_report_does_not_name_the_person_signed_in() -> None:
    request = RequestFactory().post("/dang-nhap/", {"full_name": ""})
    request.user = factories.citizen(factories.person(f"99{secrets.randbelow(10**8):08d}"))
    assert request.user.username not in report(request)


def test_a_report_does_not_name_an_uploaded_file() -> None:
    name = value()
    file = SimpleUploadedFile(f"{name}.jpg", b"x", content_type="image/jpeg")
    assert name not in report(RequestFactory().post("/dang-ky/", {"full_name": "", "portrait": file}))


def test_the_line_of_a_task_that_broke_names_the_exceptions_class_and_not_its_words() -> None:
    """As Celery writes it: the words stand in the line itself, before any trace."""
    secret = value()
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        context = {"name": "deliver", "id": "7", "exc": repr(error), "traceback": f"… {secret}", "args": "[7]"}
        record = logging.LogRecord(
            "celery.app.trace",
            logging.ERROR,
            "",
            0,
            "Task %(name)s[%(id)s] raised unexpected: %(exc)s\n%(traceback)s",
            (context,),
            sys.exc_info(),
        )
    assert reports.TasksWithoutValues().filter(record)
    line = reports.PlacesFormatter("%(message)s").format(record)
    assert line.startswith("Task deliver[7] raised unexpected: RuntimeError")
    assert secret not in line
