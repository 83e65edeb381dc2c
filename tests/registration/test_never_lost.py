"""Whatever interrupts the declaration, in whatever order: all that was typed and sent is still there, and it is filed.

Hypothesis looks for a way to lose something: pages opened again, gone back to, pressed twice, answered in another tab,
held open and sent late, sessions that are over, slips, pictures that are none.
"""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
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

from registration.models import Declaration
from registration.tasks import purge_drafts
from registration.views.rights import IDLE, PROVED
from registration.workflow import State
from tests.registration.walking import (
    ADDRESS,
    AGREED,
    ANSWERS,
    CHECK,
    CODE,
    DONE,
    IDENTITY,
    PHONE,
    PHOTOS,
    Page,
    newest_code,
    places,
    upload,
)

pytestmark = pytest.mark.django_db

_numbers = count(1)
PAGES = (IDENTITY, PHOTOS, ADDRESS)
ANSWERED = {IDENTITY, ADDRESS}
KINDS = st.sampled_from(["portrait", "id_front", "id_back"])
PEOPLE = st.sampled_from(
    [
        ANSWERS,
        {**ANSWERS, "full_name": "H'Hen Niê Kdăm", "sex": "female", "birth_date": "1992", "id_number": "066192000001"},
        {**ANSWERS, "full_name": "Lê Văn Thử", "id_kind": "passport", "id_number": "B1234567"},
    ]
)
HOMES = st.sampled_from([{}, {"address": "Thôn Đoài, xóm 3"}, {"email": "mau@thu.example"}])
SLIPS = st.sampled_from([(IDENTITY, {"bhxh_code": "99000"}), (ADDRESS, {"email": "khong-phai-thu"})])
TIMES = st.integers(1, 2)


def as_sent(page: Page, path: str, **answers: Any) -> dict[str, Any]:
    """What a browser sends of the page's form: all that it holds, but for what was typed anew."""
    (form,) = [form for form in page.all("form", method="post") if "data-main" in form.attributes]
    inside = [e for e in page.elements if form in e.inside and e.tag in {"input", "select", "textarea"}]
    names = {e["name"] for e in inside if e.get("name") and e.get("type") != "file"}
    held = {name: page.value(name) for name in names - {"csrfmiddlewaretoken"}}
    return {**{name: value for name, value in held.items() if value or name in answers}, **answers}


class Declaring(RuleBasedStateMachine):
    """`said` is what was last answered, by page and field; `shown` which pictures were sent."""

    @initialize()
    def prove_a_phone(self) -> None:
        self.phone = f"+8499{next(_numbers):07d}"
        self.client = Client()
        self.said: dict[str, dict[str, str]] = {IDENTITY: {}, ADDRESS: {}}
        self.shown: dict[str, int] = {}
        self.held: tuple[str, dict[str, Any]] | None = None
        self._prove()

    @rule(person=PEOPLE, times=TIMES)
    def say_who(self, person: dict[str, str], times: int) -> None:
        self._answer(IDENTITY, person, times=times)

    @rule(home=HOMES, times=TIMES)
    def say_where(self, home: dict[str, str], times: int) -> None:
        self._answer(ADDRESS, places(**home), times=times)

    @rule(kind=KINDS, times=TIMES)
    def show_a_picture(self, kind: str, times: int) -> None:
        if kind not in self._wanted():
            return
        for _press in range(times):
            assert self.client.post(PHOTOS, self._sent(PHOTOS, **{kind: upload()})).status_code in (200, 302)
        self.shown[kind] = self._draft().photos.get(kind=kind).pk

    @rule(kind=KINDS)
    def show_what_is_no_picture(self, kind: str) -> None:
        answer = self.client.post(PHOTOS, self._sent(PHOTOS, **{kind: upload(content=b"not a picture")}))
        assert answer.status_code in (200, 302)

    @rule(slip=SLIPS, person=PEOPLE)
    def slip(self, slip: tuple[str, dict[str, str]], person: dict[str, str]) -> None:
        """What was typed beside it is still on the page."""
        path, wrong = slip
        typed = {**(person if path == IDENTITY else places(address="Ngõ 7")), **wrong}
        page = Page(self.client.post(path, self._sent(path, **typed)))
        assert {name: page.value(name) for name in typed} == typed

    @rule(path=st.sampled_from(PAGES))
    def hold_a_page_open(self, path: str) -> None:
        """In another tab, to be sent later as it is."""
        self.held = (path, self._sent(path))

    @precondition(lambda self: self.held)
    @rule()
    def send_the_held_page(self) -> None:
        path, fields = self.held or ("", {})
        if self.client.post(path, fields).status_code == 302 and path in self.said:
            self.said[path] = {name: fields.get(name, "") for name in self.said[path]}
        self.held = None

    @rule(is_left_alone=st.booleans())
    def go_on_after_the_session(self, is_left_alone: bool) -> None:
        """In another browser, or in this one after a long while: the phone and a code to it."""
        self._end_session(is_left_alone=is_left_alone)
        self._prove()

    @rule(path=st.sampled_from(sorted(ANSWERED)), person=PEOPLE, home=HOMES, is_left_alone=st.booleans())
    def send_a_page_after_the_session(
        self, path: str, person: dict[str, str], home: dict[str, str], is_left_alone: bool
    ) -> None:
        """A form a day old: what was typed into it is kept until the phone is proved again."""
        answers = person if path == IDENTITY else places(**home)
        sent = self._sent(path, **answers)
        self._end_session(is_left_alone=is_left_alone)
        assert self.client.post(path, sent).url.startswith(PHONE)
        assert self.client.get(self._prove()).status_code == 302
        self.said[path] = dict(answers)

    @rule(path=st.sampled_from([*PAGES, PHONE, CODE, "/dang-ky/"]))
    def go_back(self, path: str) -> None:
        assert self.client.get(path).status_code in (200, 302)

    @rule()
    def look_at_the_end_too_early(self) -> None:
        assert self.client.get(CHECK).status_code in (200, 302)
        assert self.client.get(DONE).status_code == 302

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "client"):
            return
        cache.clear()  # of the limits: nobody does so much in so little time
        for path, said in self.said.items():
            page = Page(self.client.get(path))
            assert {name: page.value(name) for name in said} == said
        assert dict(self._draft().photos.values_list("kind", "pk")) == self.shown
        wanted = self._wanted() & self.shown.keys()
        assert len(Page(self.client.get(PHOTOS)).all("img")) >= len(wanted)
        for kind in wanted:
            assert self.client.get(f"{PHOTOS}{kind}/").status_code == 200

    def teardown(self) -> None:
        if hasattr(self, "client"):
            self._finish()

    def _finish(self) -> None:
        """What is missing is answered, nothing a second time; two presses file it."""
        if not self.said[IDENTITY]:
            self._answer(IDENTITY, ANSWERS)
        for kind in sorted(self._wanted() - self.shown.keys()):
            self.show_a_picture(kind, times=1)
        if not self.said[ADDRESS]:
            self._answer(ADDRESS, places())
        self.nothing_is_lost()
        draft, said = self._draft(), {**self.said[IDENTITY], **self.said[ADDRESS]}
        pressed = self._sent(CHECK, **AGREED)
        assert [self.client.post(CHECK, pressed).url for _press in range(2)] == [DONE] * 2
        draft.refresh_from_db()
        assert draft.state == State.FILED
        names = ("full_name", "bhxh_code", "id_number", "address", "email")
        assert [getattr(draft, name) for name in names] == [said[name] for name in names]
        kept = {photo.kind: photo for photo in draft.photos.all()}
        assert {kind: photo.pk for kind, photo in kept.items()} == {kind: self.shown[kind] for kind in kept}
        assert kept.keys() == self._wanted()
        assert all(default_storage.exists(photo.file.name) for photo in kept.values())

    def _prove(self) -> str:
        """The phone; where the right code leads."""
        self.client.post(PHONE, self._sent(PHONE, phone=self.phone))
        return str(self.client.post(CODE, {"code": newest_code(self.phone)}).url)

    def _end_session(self, *, is_left_alone: bool) -> None:
        if not is_left_alone:
            self.client = Client()
            return
        session = self.client.session
        session[PROVED] = {**session[PROVED], "used_at": int(time.time() - IDLE.total_seconds()) - 1}
        session.save()

    def _answer(self, path: str, answers: dict[str, str], *, times: int = 1) -> None:
        sent = self._sent(path, **answers)
        for _press in range(times):
            assert self.client.post(path, sent).status_code == 302
        self.said[path] = dict(answers)

    def _sent(self, path: str, **answers: Any) -> dict[str, Any]:
        return as_sent(Page(self.client.get(path)), path, **answers)

    def _wanted(self) -> set[str]:
        """A passport has one page."""
        is_passport = self.said[IDENTITY].get("id_kind") == "passport"
        return {"portrait", "id_front"} if is_passport else {"portrait", "id_front", "id_back"}

    def _draft(self) -> Declaration:
        return Declaration.objects.get(phone=self.phone)


def walked(kind: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=10, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_no_interruption_loses_what_was_typed_or_sent() -> None:
    walked(Declaring)


def test_a_form_29_days_old_is_taken_and_its_draft_finished() -> None:
    machine = Declaring()
    machine.prove_a_phone()
    for kind in ("portrait", "id_front", "id_back"):
        machine.show_a_picture(kind, times=1)
    machine.say_where({}, times=1)
    old = machine._sent(IDENTITY, **ANSWERS)
    Declaration.objects.filter(phone=machine.phone).update(updated_at=timezone.now() - timedelta(days=29))
    purge_drafts()
    assert machine.client.post(IDENTITY, old).url == CHECK
    machine.said[IDENTITY] = dict(ANSWERS)
    machine.nothing_is_lost()
    machine._finish()


def test_the_walk_notices_an_answer_that_is_lost() -> None:
    """It must be able to fail."""
    machine = Declaring()
    machine.prove_a_phone()
    machine.say_who(person=ANSWERS, times=1)
    machine.nothing_is_lost()
    Declaration.objects.filter(phone=machine.phone).update(full_name="")
    with pytest.raises(AssertionError):
        machine.nothing_is_lost()
