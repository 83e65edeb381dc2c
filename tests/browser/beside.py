"""The running portal's own code, asked beside it: `./portal manage shell`, with the same data and keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.browser.people import TWINS_ARE_APART
from tests.running import NOT_ITS_OWN, ROOT


def ask(data: Path, code: str) -> str:
    command = [sys.executable, str(ROOT / "portal"), "manage", "--data", str(data), "shell", "-v", "0", "-c", code]
    environment = {name: value for name, value in os.environ.items() if name not in NOT_ITS_OWN}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def qr_text(data: Path, code: str) -> str:
    """What a scanner reads off the card of this person."""
    return ask(
        data,
        "from cards.models import Card; from cards.services.drawing import qr_text;"
        f"print(qr_text(Card.objects.get(person__bhxh_code={code!r})))",
    ).strip()


def put_in_the_register(data: Path, codes: list[str]) -> None:
    """Those of these who are not there yet: the same people as the demo's, but for the codes."""
    ask(data, _twins(codes))


def _twins(codes: list[str]) -> str:
    return (
        "from accounts.models import Person; from tests import factories;"
        "known = set(Person.objects.values_list('bhxh_code', flat=True));"
        f"[factories.twin(code, of=str(int(code) - {TWINS_ARE_APART})) for code in {codes!r} if code not in known];"
    )


def open_accounts(data: Path, codes: list[str]) -> None:
    """Logins for these people, made as the demo's own are."""
    rows = [{"login": code, "kind": "citizen", "bhxh_code": code, "office_code": "00101"} for code in codes]
    ask(
        data, f"{_twins(codes)} from accounts.services.demo import ensure_demo_accounts; ensure_demo_accounts({rows!r})"
    )


def end_codes(data: Path, phone: str) -> None:
    """As if ten minutes had gone by since the codes on their way to this phone (as people write it) were sent."""
    ask(
        data,
        "from django.utils import timezone; from accounts.models import OneTimeCode;"
        f"OneTimeCode.objects.filter(phone__endswith={phone[-9:]!r}).update(expires_at=timezone.now())",
    )


def forget_second_factors(data: Path) -> None:
    """As if nobody had set one up yet."""
    ask(
        data,
        "from django_otp import devices_for_user; from accounts.models import User;"
        "[device.delete() for user in User.objects.all() for device in devices_for_user(user, confirmed=None)]",
    )


def try_a_hundred_times(data: Path, address: str) -> None:
    """Wrong passwords from one address, as many as make the login ask for more."""
    ask(data, f"from accounts import limits; [limits.hit('login.address', {address!r}) for _ in range(100)]")


def leave_alone(data: Path) -> None:
    """As if nobody had touched any open session for an hour."""
    ask(
        data,
        "from django.contrib.sessions.backends.db import SessionStore;"
        "from django.contrib.sessions.models import Session;"
        "stores = [SessionStore(key) for key in Session.objects.values_list('pk', flat=True)];"
        "used = [store for store in stores if 'used_at' in store];"
        "[(store.update({'used_at': store['used_at'] - 3600}), store.save()) for store in used]",
    )
