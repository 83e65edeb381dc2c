"""What must never go wrong with passwords: tests by the row of the list, named after it.

Whatever a row says that can be tried is tried here, briefly; the files beside this one go deeper.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.test import Client
from django.utils import timezone

from accounts.limits import LIMITS, MINUTE
from accounts.models import Message, User
from accounts.services import challenges, issuing
from accounts.sms import delivery
from accounts.sms.gateways.base import GatewayUnreachable, Handed
from registration.models import Declaration
from registration.services import review
from tests import factories
from tests.accounts import resetting
from tests.accounts.conftest import Clock, text_of
from tests.accounts.providing import Carrier, lead_sms_to
from tests.accounts.signing_in import CODE, browser, is_in, sign_in
from tests.accounts.solving import solved
from tests.factories import PASSWORD
from tests.registration.at_the_desk import page_of, seat
from tests.registration.walking import Page
from vssportal import settings as production

pytestmark = pytest.mark.django_db

WRONG = "sai-mật-khẩu"


# --- Password -------------------------------------------------------------------------------------------

SENTENCE = "mười hai con giáp "


@pytest.mark.parametrize(
    "password",
    [
        "mưa rào!",
        "73918462051",
        (SENTENCE * 8)[:127] + "x",
        "🌾🌾🐃🌾🌾🐃🌾🌾" * 16,
        "شمس على النهر",
        "日本語のパスワード",
    ],
    ids=["8 characters", "digits only", "128 characters", "128 signs of 2 units", "right to left", "no latin letter"],
)
def test_password_of_8_to_128_characters_of_any_kind_is_taken_and_opens(citizen: User, password: str) -> None:
    """Password: at least 8, at most 128, no composition rules, any Unicode."""
    assert 8 <= len(password) <= 128
    client = resetting.proved(browser())
    assert resetting.set_new(client, password).url == "/the-bhyt/"
    client.post("/dang-xuat/")
    (field,) = Page(client.get("/dang-nhap/")).controls("password")
    units = len(unicodedata.normalize("NFD", password).encode("utf-16-le")) // 2
    assert units <= int(field.get("maxlength") or 10**6), "the browser cuts off what is typed"
    sign_in(client, password=unicodedata.normalize("NFD", password))
    assert is_in(client)


@pytest.mark.parametrize(
    "password",
    ["mưa rào", "x" * 64 + "y" * 65, "password1", "matkhau123", CODE, "Nguyễn Văn Mẫu", "BHXH2026", "vssid1234"],
)
def test_password_that_is_too_short_too_long_or_on_a_list_is_refused(citizen: User, password: str) -> None:
    """Password: blocked lists (common, the code itself, the name, context words)."""
    client = resetting.proved(browser())
    assert Page(resetting.set_new(client, password)).refusal("new_password1")
    assert User.objects.get().check_password(PASSWORD)


def test_password_is_kept_by_argon2id(citizen: User, settings: Any) -> None:
    """Password: Argon2id."""
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    citizen.set_password(PASSWORD)
    assert citizen.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_five_times_wrong_locks_for_15_minutes_except_where_the_account_remembers(
    citizen: User, clock: Clock
) -> None:
    """Password: 5 wrong lock the account for 15 minutes; a remembered device has a count of its own."""
    own, stranger = factories.browser(), browser()
    sign_in(own)
    own.post("/dang-xuat/")
    answers = [sign_in(stranger, password=WRONG).status_code for _ in range(5)]
    assert (answers, sign_in(stranger).status_code) == ([200] * 5, 429)
    assert sign_in(own).url == "/the-bhyt/"
    own.post("/dang-xuat/")
    clock.forward(15 * MINUTE - 1)
    assert sign_in(stranger).status_code == 429
    clock.forward(1)
    assert sign_in(stranger).url == "/the-bhyt/"


def test_password_lock_is_opened_early_by_a_code_to_the_phone(citizen: User) -> None:
    """Password: … opened early by a code to the phone."""
    for _ in range(6):
        sign_in(browser(), password=WRONG)
    client = resetting.proved(browser())
    assert resetting.set_new(client).url == "/the-bhyt/"
    client.post("/dang-xuat/")
    assert sign_in(browser(), password=resetting.NEW).url == "/the-bhyt/"


def test_password_wrong_a_hundred_times_slows_an_address_and_locks_nobody_there(
    citizen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Password: an address is slowed and challenged from 100 wrong in 15 minutes, never locked."""
    monkeypatch.setattr(challenges, "MOST_WORK", 500)
    assert LIMITS["login.address"].seconds == 15 * MINUTE
    for number in range(100):
        assert 'name="altcha"' not in browser().get("/dang-nhap/").content.decode()
        sign_in(browser(), f"99{number:08d}", WRONG)
    client = browser()
    assert 'name="altcha"' in sign_in(client).content.decode()
    assert not is_in(client)
    work = Page(client.get("/dang-nhap/")).value("altcha")
    assert sign_in(client, altcha=solved(work)).url == "/the-bhyt/"
    elsewhere = Client(REMOTE_ADDR="203.0.113.50")
    assert 'name="altcha"' not in elsewhere.get("/dang-nhap/").content.decode()


# --- Issued password ------------------------------------------------------------------------------------


@pytest.fixture
def accepted() -> Declaration:
    """A declaration whose account was issued a moment ago, by `canbo`."""
    factories.person(id_number="001085999001")
    return review.accept(factories.filed().pk, officer=factories.officer())


def issued() -> str:
    """The password in the newest message."""
    sent = Message.objects.filter(kind=Message.Kind.CREDENTIALS)
    found = re.search(r"mat khau: (\w+)\n", text_of(sent.latest("pk")))
    assert found is not None
    return found[1]


def test_issued_password_is_random_and_always_accepted_by_the_policy(citizen: User) -> None:
    """Issued password: random, always accepted by the policy."""
    drawn = [issuing.issued_password() for _ in range(300)]
    assert len(set(drawn)) == 300
    assert {len(password) for password in drawn} == {10}
    for password in drawn:
        validate_password(password, citizen)


def test_issued_password_opens_the_change_only_and_is_used_up_by_it(accepted: Declaration) -> None:
    """Issued password: used up when the new password is set, 72 hours, forced change."""
    first, client = issued(), browser()
    left = User.objects.get(username=CODE).issued_password_expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    sign_in(client, password=first)
    assert {client.get(page).url for page in ("/the-bhyt/", "/tai-khoan/", "/tai-khoan/anh/")} == {"/doi-mat-khau/"}
    own = {"new_password1": resetting.NEW, "new_password2": resetting.NEW}
    assert client.post("/doi-mat-khau/", own).url == "/the-bhyt/"
    client.post("/dang-xuat/")
    assert sign_in(client, password=first).status_code == 200
    assert not is_in(client)


def test_issued_password_is_over_after_72_hours(accepted: Declaration) -> None:
    """Issued password: 72 hours."""
    client = browser()
    sign_in(client, password=issued())
    User.objects.filter(username=CODE).update(issued_password_expires_at=timezone.now())
    own = {"new_password1": resetting.NEW, "new_password2": resetting.NEW}
    assert "quá 72 giờ" in client.post("/doi-mat-khau/", own).content.decode()
    client.post("/dang-xuat/")
    sign_in(client, password=issued())
    assert not is_in(client)


def test_issued_password_is_never_readable_by_staff(accepted: Declaration) -> None:
    """Issued password: never readable by staff."""
    secret, hashed = issued(), User.objects.get(username=CODE).password
    officer = seat(User.objects.get(username="canbo"))
    pages = [officer.post(page_of(accepted, "resend/"), follow=True), officer.get(page_of(accepted))]
    administrator = seat(factories.administrator(is_superuser=True))
    user, message = User.objects.get(username=CODE), Message.objects.latest("pk")
    for page in (f"user/{user.pk}/change/", f"user/{user.pk}/history/", f"message/{message.pk}/change/", "message/"):
        pages.append(administrator.get(f"/admin/accounts/{page}", follow=True))
    for page in pages:
        assert not [text for text in (secret, issued(), hashed) if text in page.content.decode()]
    assert {page.status_code for page in pages[:2]} == {200}


def test_issued_password_is_a_fresh_one_when_a_person_sends_it_again(accepted: Declaration) -> None:
    """Issued password: sending again by a person means a fresh one."""
    first = issued()
    delivery.deliver(Message.objects.get(kind=Message.Kind.CREDENTIALS).pk)
    seat(User.objects.get(username="canbo")).post(page_of(accepted, "resend/"))
    assert issued() != first
    assert sign_in(browser(), password=first).status_code == 200
    assert sign_in(browser(), password=issued()).url == "/the-bhyt/"


def test_issued_password_is_repeated_by_the_retry_of_its_own_row_only(accepted: Declaration, settings) -> None:
    """Issued password: only the automatic retry of one outbox row repeats its text, until that row is final, wiped."""
    row, secret = Message.objects.get(kind=Message.Kind.CREDENTIALS), issued()
    provider = Carrier(GatewayUnreachable("down"))
    lead_sms_to(settings, only=provider)
    delivery.deliver(row.pk)
    assert issued() == secret
    provider.answer = Handed()
    for _ in range(2):
        delivery.deliver(row.pk)
    assert [message.text for message in provider.taken] == [provider.taken[0].text] * 2
    assert secret in provider.taken[0].text
    assert bytes(Message.objects.get(pk=row.pk).body) == b""
