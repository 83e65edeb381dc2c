"""The card page beside an empty view: both with a signed-in session, ours with its QR code kept."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path

from tests import factories
from tests.bench.harness import Benchmark, migrated_database
from tests.bench.register import a_citizen

NAME = "card-page"
CODE = "9900000001"


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("empty/", empty), path("", include("vssportal.urls"))]


def benchmark() -> Benchmark:
    migrated_database()
    # Once, not around each call: changing it throws the compiled addresses away.
    override_settings(ROOT_URLCONF=__name__).enable()
    cookie = _session_cookie()
    return Benchmark(name=NAME, unit="ms", ours=_get("/the-bhyt/", cookie), reference=_get("/empty/", cookie), calls=20)


def _session_cookie() -> str:
    client = factories.signed_in(a_citizen(CODE))
    return client.cookies.output(attrs=[], header="", sep=";").strip()


def _get(address: str, cookie: str) -> Callable[[], object]:
    """Through every middleware, but without the test client, which copies each template's context."""
    handler, factory = WSGIHandler(), RequestFactory(headers={"cookie": cookie})

    def call() -> None:
        response = handler.get_response(factory.get(address))
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address}: {response.status_code}")

    return call
