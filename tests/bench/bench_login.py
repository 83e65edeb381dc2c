"""A whole login beside Django's bare LoginView: form, post, first page, logout; processor time of the application.

Ours goes through every middleware of the portal, with the device rule, limits
in a real Valkey, and events. The reference is LoginView and LogoutView with a
page of their own below Django's default middleware, for the same account, with
the same hasher, session store and database. The first page is no part of a
login: both sides get our card page, the reference behind plain login_required,
and both compress their pages (Django's GZipMiddleware). The limit is the one
verification of the password that no login can save.

Both browsers keep their cookies from one login to the next, send the token of
the form they were given, and take gzip, as browsers do.
"""

from __future__ import annotations

from tests.bench import logins
from tests.bench.browser import Browser
from tests.bench.harness import Benchmark
from tests.factories import PASSWORD

NAME = "login"
CODE = "9900000001"


def benchmark() -> Benchmark:
    user = logins.an_account(CODE)
    return Benchmark(
        name=NAME,
        unit="ms",
        ours=Flow(Browser(logins.ours()), logins.LOGIN, logins.CARD, logins.LOGOUT),
        reference=Flow(Browser(logins.plain()), logins.PLAIN_LOGIN, logins.PLAIN_CARD, logins.PLAIN_LOGOUT),
        limit=logins.bare_hash(user),
        clock="returned",
        rounds=80,
    )


class Flow:
    """One login after another in one browser; each call returns its milliseconds."""

    def __init__(self, browser: Browser, login: str, first_page: str, logout: str) -> None:
        self.browser, self.login, self.first_page, self.logout = browser, login, first_page, logout

    def __call__(self) -> float:
        browser = self.browser
        browser.reset()
        browser.get(self.login)
        sent = browser.post(self.login, {"username": CODE, "password": PASSWORD})
        if sent.location != self.first_page:
            raise RuntimeError(f"the login led to {sent.location}")
        browser.get(self.first_page)
        browser.post(self.logout, {})
        return browser.cpu * 1e3
