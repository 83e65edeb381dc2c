"""Whatever happens between two presses, the declaration goes on with everything that was sent."""

from __future__ import annotations

from itertools import count

import pytest
import redis
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from registration.models import Declaration
from registration.views import drafts, rights
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
    newest_code,
    pictures,
    places,
)

pytestmark = pytest.mark.django_db

SWITCH = "/dang-ky/ca-nhan/to-khai/"
UNPROVED = f"{PHONE}?{drafts.NO_DRAFT}"
PAGES = [IDENTITY, PHOTOS, ADDRESS, CHECK]
INTERRUPTIONS = ["nothing", "reload", "back", "session gone", "left alone", "another device", "another draft in a tab"]
numbers = count(1000)


class Walker:
    """Somebody who declares, with whatever browser is in their hands."""

    def __init__(self, phone: str) -> None:
        self.phone, self.client = phone, Client()
        self.prove()
        self.draft = Declaration.objects.get(phone=phone)

    def prove(self) -> str:
        self.client.post(PHONE, {"phone": self.phone})
        return str(self.client.post(CODE, {"code": newest_code(self.phone)}).url)

    def meets(self, interruption: str, path: str) -> None:
        if interruption == "reload":
            self.client.get(path)
        elif interruption == "back":
            self.client.get(PAGES[PAGES.index(path) - 1])
        elif interruption == "session gone":
            self.client.session.flush()
        elif interruption == "left alone":
            session = self.client.session
            session[rights.PROVED] = {"number": self.phone, "used_at": 0}
            session.save()
        elif interruption == "another device":
            self.client = Client()
            self.prove()
        elif interruption == "another draft in a tab":
            self.client.post(SWITCH, {"new": "1"})

    def sends(self, path: str) -> None:
        """One press; after a proof that had run out, only pictures and Ghi nhận are given again."""
        answer = self.client.post(path, {**answers_of(path), "draft": self.draft.pk})
        if answer.url != UNPROVED:
            return
        self.prove()
        if path in (IDENTITY, ADDRESS):
            assert self.client.get(path).status_code == 302, "what was typed was not sent on"
        else:
            self.client.post(path, {**answers_of(path), "draft": self.draft.pk})


def answers_of(path: str) -> dict[str, object]:
    return {IDENTITY: ANSWERS, PHOTOS: pictures(), ADDRESS: places(), CHECK: AGREED}[path]


@settings(max_examples=25, deadline=None)
@given(interruptions=st.lists(st.sampled_from(INTERRUPTIONS), min_size=len(PAGES), max_size=len(PAGES)))
def test_nothing_sent_is_lost(limit_store: redis.Redis, interruptions: list[str]) -> None:
    limit_store.flushdb()
    walker = Walker(f"+84999{next(numbers):06d}")
    for path, interruption in zip(PAGES, interruptions, strict=True):
        walker.meets(interruption, path)
        walker.sends(path)
    filed = Declaration.objects.get(pk=walker.draft.pk)
    assert filed.state == State.FILED
    assert (filed.full_name, filed.id_number, filed.address) == (ANSWERS["full_name"], "001085999001", "Số 12")
    assert filed.photos.count() == 3
    assert Declaration.objects.filter(phone=walker.phone).exclude(state=State.DRAFT).count() == 1
    assert filed.file_number in walker.client.get(DONE).content.decode()
