"""One account, four browsers, whatever people do in whatever order: never two devices (hypothesis looks for one)."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import AccountAlert, Device, Message, User
from accounts.services import alerts
from tests import factories
from tests.accounts.codes import newest_code
from tests.accounts.conftest import code_in
from tests.accounts.signing_in import browser
from tests.accounts.taking_over import TAKE_OVER_PAGE, ask_for_code, enter

pytestmark = pytest.mark.django_db

CARD = "/the-bhyt/"
BROWSERS = st.integers(0, 3)
_numbers = count(1)


def code_of(client: Client) -> str:
    """The reset code that this browser asked for: others may have asked since."""
    asked = client.session["one_time_code:reset"]
    return code_in(Message.objects.filter(dedupe_key__startswith=f"code:{asked}:").latest("pk"))


class OneAccount(RuleBasedStateMachine):
    """`active` is the browser that has the account, `inside` those whose session is of that turn, as the rule says."""

    @initialize()
    def open_an_account(self) -> None:
        number = next(_numbers)
        person = factories.person(f"99{number:08d}")
        self.user = factories.citizen(person, phone=f"+8499{number:07d}")
        self.password = factories.PASSWORD
        self.browsers = [browser() for _ in range(4)]
        self.active: int | None = None
        self.inside: set[int] = set()
        self.half: set[int] = set()
        self.put_out: int | None = None
        self.is_locked = self.has_new_number = self.is_in_doubt = False

    @rule(at=BROWSERS)
    def log_in(self, at: int) -> None:
        answer = self._log_in(at)
        if self.is_locked:
            assert answer.status_code == 200
        elif self.active in (None, at):
            assert answer.url == CARD
            self._enter(at)
        elif at not in self.inside:
            assert answer.url == TAKE_OVER_PAGE
            self.half.add(at)

    @precondition(lambda self: self.half)
    @rule(data=st.data())
    def take_over(self, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(sorted(self.half)))
        ask_for_code(self.browsers[at])
        answer = enter(self.browsers[at], newest_code())
        assert answer.url == CARD
        self._move(at)

    @rule(at=BROWSERS)
    def enter_a_wrong_code(self, at: int) -> None:
        enter(self.browsers[at], "000000")

    @rule(at=BROWSERS)
    def log_out(self, at: int) -> None:
        self.browsers[at].post("/dang-xuat/")
        if at in self.inside:
            self.active, self.put_out = None, None
        self.inside.discard(at)
        self.half.discard(at)

    @rule(at=BROWSERS)
    def let_the_session_expire(self, at: int) -> None:
        self.browsers[at].cookies.pop("sessionid", None)
        self.inside.discard(at)
        self.half.discard(at)

    @rule(at=BROWSERS)
    def change_the_password(self, at: int) -> None:
        new = f"{self.password}x"
        sent = {"old_password": self.password, "new_password1": new, "new_password2": new}
        self.browsers[at].post("/doi-mat-khau/", sent)
        if at in self.inside:
            self.password = new
            self.half.clear()
        self._look_in(at)

    @rule(at=BROWSERS)
    def forget_the_password(self, at: int) -> None:
        client, new = self.browsers[at], f"{self.password}y"
        client.post("/quen-mat-khau/", {"username": self.user.username})
        client.post("/quen-mat-khau/ma/", {"code": code_of(client)})
        client.post("/quen-mat-khau/mat-khau-moi/", {"new_password1": new, "new_password2": new})
        self.user.refresh_from_db()
        assert self.user.check_password(self.password if self.is_in_doubt else new)
        if self.is_in_doubt:
            return
        was_locked, self.password, self.is_locked = self.is_locked, new, False
        self.inside.clear()
        self.half.clear()
        if not was_locked:
            self._move(at)

    @precondition(lambda self: self.active is not None and self.active in self.inside)
    @rule()
    def change_the_phone(self) -> None:
        client = self.browsers[self.active or 0]
        client.post("/tai-khoan/dien-thoai/", {"password": self.password, "phone": f"0988{next(_numbers):06d}"})
        for page in ("ma", "ma-so-moi"):
            client.post(f"/tai-khoan/dien-thoai/{page}/", {"code": newest_code()})
        before, self.user.phone = self.user.phone, ""
        self.user.refresh_from_db()
        assert self.user.phone != before
        self.has_new_number = True
        self.half.clear()
        assert client.get(CARD).status_code == 200

    @precondition(lambda self: self.put_out is not None)
    @rule()
    def say_it_was_not_me(self) -> None:
        client = self.browsers[self.put_out or 0]
        client.get(CARD)
        client.post("/dang-nhap/khong-phai-toi/")
        self.user.refresh_from_db()
        assert self.user.locked_at is not None
        self.is_locked, self.is_in_doubt, self.active, self.put_out = True, self.has_new_number, None, None
        self.inside.clear()
        self.half.clear()

    @precondition(lambda self: self.is_in_doubt)
    @rule()
    def find_the_number_right_at_the_office(self) -> None:
        officer = factories.administrator(f"quantri{next(_numbers)}")
        alert = AccountAlert.objects.filter(user=self.user, closed_at=None).latest("pk")
        alerts.close(alert.pk, officer=officer, outcome=AccountAlert.Outcome.MISTAKE)
        self.is_in_doubt = False

    @rule(at=BROWSERS)
    def look_in(self, at: int) -> None:
        self._look_in(at)

    @invariant()
    def never_two_devices(self) -> None:
        cache.clear()  # of the limits: nobody presses so much in so little time
        if not hasattr(self, "user"):
            return
        self.user.refresh_from_db()
        open_turns = list(Device.objects.filter(user=self.user, ended_at=None).values_list("pk", flat=True))
        assert open_turns == ([self.user.active_device_id] if self.user.active_device_id else [])

    def teardown(self) -> None:
        if hasattr(self, "user"):
            assert sum(client.get(CARD).status_code == 200 for client in self.browsers) <= 1
            User.objects.filter(pk=self.user.pk).update(is_active=False)

    def _log_in(self, at: int) -> Any:
        return self.browsers[at].post("/dang-nhap/", {"username": self.user.username, "password": self.password})

    def _move(self, at: int) -> None:
        self.put_out = self.active if self.active not in (None, at) else None
        self.has_new_number = False
        self._enter(at)

    def _enter(self, at: int) -> None:
        self.active, self.inside = at, {at}
        self.half.discard(at)

    def _look_in(self, at: int) -> None:
        is_in = self.browsers[at].get(CARD).status_code == 200
        assert is_in == (at in self.inside)


def test_no_order_of_events_leaves_two_devices() -> None:
    run_state_machine_as_test(
        OneAccount,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_machine_knows_a_stranger_from_the_owner() -> None:
    """It must be able to fail: a browser that never logged in sees nothing."""
    assert Client().get(CARD).status_code == 302
