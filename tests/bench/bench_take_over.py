"""A second browser takes an account over, beside a login with a second factor of django-otp; processor time.

Ours: the login that stays half done, the page that says so, the code on its way
(in an outbox and a queue nobody empties), the code typed, the card page. Two
browsers take turns. The reference: LoginView, then django-otp's LoginView with
a token of a TOTP device, and the card page behind plain login_required; it
sends nothing. The limit is the one verification of the password.
"""

from __future__ import annotations

from itertools import cycle

from django.core.cache import cache
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Message
from tests.accounts.conftest import code_in
from tests.bench import logins
from tests.bench.browser import Browser
from tests.bench.harness import Benchmark
from tests.factories import PASSWORD

NAME = "take-over"
CODE, OTHER = "9900000001", "9900000002"
TAKE_OVER = "/dang-nhap/chuyen-thiet-bi/"


def benchmark() -> Benchmark:
    user = logins.an_account(CODE)
    device = TOTPDevice.objects.create(user=logins.an_account(OTHER), name="app")
    return Benchmark(
        name=NAME,
        unit="ms",
        ours=TakeOver(),
        reference=TwoSteps(device),
        limit=logins.bare_hash(user),
        clock="returned",
        rounds=60,
    )


class TakeOver:
    def __init__(self) -> None:
        first, second = Browser(logins.ours()), Browser(logins.ours())
        first.get(logins.LOGIN)
        first.post(logins.LOGIN, {"username": CODE, "password": PASSWORD})
        self.browsers = cycle([second, first])

    def __call__(self) -> float:
        cache.clear()  # no account is asked for so many codes in an hour
        browser = next(self.browsers)
        browser.reset()
        browser.get(logins.LOGIN)
        browser.post(logins.LOGIN, {"username": CODE, "password": PASSWORD})
        browser.get(TAKE_OVER)
        browser.post(TAKE_OVER, {"send": "1"})
        browser.get(TAKE_OVER)
        browser.post(TAKE_OVER, {"code": code_in(Message.objects.filter(kind=Message.Kind.CODE).latest("pk"))})
        browser.get(logins.CARD)
        return browser.cpu * 1e3


class TwoSteps:
    def __init__(self, device: TOTPDevice) -> None:
        self.device = device
        self.application = logins.plain("django_otp.middleware.OTPMiddleware")

    def __call__(self) -> float:
        TOTPDevice.objects.filter(pk=self.device.pk).update(last_t=-1)  # a token of this half minute, once more
        browser = Browser(self.application)
        browser.get(logins.PLAIN_LOGIN)
        browser.post(logins.PLAIN_LOGIN, {"username": OTHER, "password": PASSWORD})
        browser.get(logins.PLAIN_TOKEN)
        token = f"{totp(self.device.bin_key):06d}"
        browser.post(logins.PLAIN_TOKEN, {"otp_device": self.device.persistent_id, "otp_token": token})
        browser.get(logins.PLAIN_CARD)
        return browser.cpu * 1e3
