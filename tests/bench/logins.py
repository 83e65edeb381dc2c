"""What the benchmarks of logins share: accounts, the portal as in production, and Django's bare LoginView."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from inspect import unwrap

from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import check_password
from django.contrib.auth.views import LoginView, LogoutView
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import override_settings
from django.urls import include, path
from django_otp.views import LoginView as SecondLoginView

from accounts.models import User
from cards.views import citizen
from tests import brokers, servers
from tests.bench.harness import migrated_database
from tests.bench.register import a_citizen
from tests.factories import PASSWORD
from vssportal import settings as production

LOGIN, LOGOUT, CARD = "/dang-nhap/", "/dang-xuat/", "/the-bhyt/"
PLAIN_LOGIN, PLAIN_TOKEN, PLAIN_LOGOUT, PLAIN_CARD = "/plain/login/", "/plain/token/", "/plain/logout/", "/plain/card/"
# What `django-admin startproject` writes, below the compressing that carries both sides' pages to a phone.
PLAIN_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PLAIN_ENGINE = {
    "NAME": "plain",
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [production.BASE_DIR / "tests" / "bench" / "templates"],
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}
PLAIN_PAGE = {"template_name": "login.html", "template_engine": "plain", "next_page": PLAIN_CARD}

urlpatterns = [
    path("plain/login/", LoginView.as_view(**PLAIN_PAGE)),
    path("plain/token/", SecondLoginView.as_view(**PLAIN_PAGE)),
    path("plain/logout/", LogoutView.as_view(next_page=PLAIN_LOGIN)),
    path("plain/card/", login_required(unwrap(citizen.card), login_url=PLAIN_LOGIN)),
    path("", include("vssportal.urls")),
]


@cache
def as_in_production() -> str:
    """A deployment's hasher, static files and store, for the rest of this process; the address of its Valkey.

    Messages go to a queue there, which nobody empties.
    """
    migrated_database()
    resources = ExitStack()
    atexit.register(resources.close)
    address = resources.enter_context(servers.valkey())
    override_settings(
        PASSWORD_HASHERS=production.PASSWORD_HASHERS,
        STORAGES=production.STORAGES,
        CACHES={**production.CACHES, "default": {**production.CACHES["default"], "LOCATION": address}},
        TEMPLATES=[*production.TEMPLATES, PLAIN_ENGINE],
        ROOT_URLCONF=__name__,
    ).enable()
    brokers.lead_to(address)
    call_command("collectstatic", interactive=False, verbosity=0)
    return address


def ours() -> WSGIHandler:
    as_in_production()
    return WSGIHandler()


def plain(*more_middleware: str) -> WSGIHandler:
    as_in_production()
    with override_settings(MIDDLEWARE=[*PLAIN_MIDDLEWARE, *more_middleware]):
        return WSGIHandler()


def an_account(code: str) -> User:
    """A citizen's, with a card and the password PASSWORD."""
    as_in_production()
    user = a_citizen(code)
    user.set_password(PASSWORD)
    user.save()
    return user


def bare_hash(user: User) -> Callable[[], float]:
    """Milliseconds of processor of one verification of the password."""

    def call() -> float:
        started = time.process_time()
        if not check_password(PASSWORD, user.password):
            raise RuntimeError("the password is not this account's")
        return (time.process_time() - started) * 1e3

    return call
