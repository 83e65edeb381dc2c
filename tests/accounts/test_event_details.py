"""The list of events in words: what stands in the detail, which file, what a message was about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.event_words import CODES, DETAILS, MESSAGES
from accounts.models import Device, Event, Message, OneTimeCode
from accounts.services import access
from accounts.services.access import LookReason
from cards.services import checking
from registration.models import Photo
from registration.workflow import RefusalReason, State
from tests import factories
from tests.accounts.conftest import PHONE
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

LIST, MESSAGE_LIST = "/admin/accounts/event/", "/admin/accounts/message/"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def administrator() -> Client:
    return factories.signed_in(factories.officer("quantri", office=None, is_superuser=True))


def column(page: Page, name: str) -> list[str]:
    return [cell.text for cell in page.elements if f"field-{name}" in (cell.get("class") or "").split()]


def told(client: Client, **detail: str | int) -> str:
    """As the list and the event's own page say it."""
    event = access.record("moon.eclipsed", actor=None, detail=detail)
    in_list = column(Page(client.get(LIST)), "told")[0]
    assert in_list in [box.text for box in Page(client.get(f"{LIST}{event.pk}/change/")).all("div", class_="readonly")]
    return in_list


def test_a_clinics_look_is_told_in_words(administrator: Client) -> None:
    factories.facility()
    words = told(administrator, facility="01020", reason="care", by="typed", differs="name,level")
    assert words == (
        "cơ sở KCB: Bệnh viện Thử (01020) · lý do: Khám, chữa bệnh · cách tra: gõ số thẻ và ngày sinh · "
        "khác sổ: họ tên, mức hưởng"
    )


def test_an_office_is_told_by_its_name(administrator: Client) -> None:
    assert told(administrator, office=factories.office().pk) == ("cơ quan BHXH: Bảo hiểm xã hội cơ sở Ba Đình (00101)")
    assert told(administrator, office="99999") == "cơ quan BHXH: 99999"


def test_a_decision_and_a_photo_are_told_in_words(administrator: Client) -> None:
    assert told(administrator, state="refused", reason="photo_unclear") == (
        "lý do: Ảnh không rõ, không đối chiếu được · trạng thái hồ sơ: Từ chối"
    )
    assert told(administrator, kind="id_front") == "ảnh: Giấy tờ, mặt trước"


def test_devices_are_told_by_name_and_place(administrator: Client) -> None:
    user = factories.citizen(factories.person())
    old, new = (
        Device.objects.create(user=user, name=name, place=place, last_used_at=timezone.now())
        for name, place in (("Firefox trên Windows", ""), ("Chrome trên Android", "Đà Nẵng"))
    )
    assert told(administrator, **{"device": new.pk, "from": old.pk}) == (
        "thiết bị: Chrome trên Android · Đà Nẵng · thiết bị trước: Firefox trên Windows"
    )


def test_what_has_no_word_is_shown_as_it_is(administrator: Client) -> None:
    assert told(administrator, moon=3, reason="curiosity", facility="99999", device=10**9) == (
        "cơ sở KCB: 99999 · lý do: curiosity · thiết bị: 1000000000 · moon: 3"
    )
    assert told(administrator) == "–"


def test_every_code_that_is_written_has_a_word() -> None:
    assert set(CODES["reason"]) >= {*LookReason.values, *RefusalReason.values}
    assert set(CODES["state"]) == set(State.values)
    assert set(CODES["kind"]) >= set(Photo.Kind.values)
    assert {code: str(words) for code, words in CODES["differs"].items()} == {
        code: str(words) for code, words in checking._PRINTED.items()
    }
    assert set(CODES) <= set(DETAILS)


def test_a_page_of_details_costs_as_much_as_one(administrator: Client) -> None:
    user = factories.citizen(factories.person())
    counts = []
    for count in (1, 30):
        for number in range(count):
            device = Device.objects.create(user=user, name="Chrome", last_used_at=timezone.now())
            place = factories.facility(f"{count:02d}{number:03d}", f"Trạm {number}")
            access.record("card.checked", actor=None, detail={"facility": place.code, "device": device.pk})
        administrator.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            page = Page(administrator.get(LIST))
        counts.append(len(asked))
    assert len(set(column(page, "told"))) == 31
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("between", ["/", " / ", "-", ""])
def test_events_of_a_file_are_found_by_its_number(administrator: Client, between: str) -> None:
    file, other = factories.filed(), factories.filed(phone="+84999000002")
    access.record("declaration.viewed", actor=None, object_type="declaration", object_id=file.pk)
    found = column(Page(administrator.get(LIST, {"q": file.file_number.replace("/", between)})), "thing")
    assert found == [f"Tờ khai {file.pk}"] * 2
    assert other.pk != file.pk


def test_a_file_number_nobody_has_finds_nothing(administrator: Client) -> None:
    factories.filed()
    assert column(Page(administrator.get(LIST, {"q": "99999/2026/00101"})), "what") == []


def test_a_file_leads_to_its_events_whoever_may_read_them_and_nobody_else() -> None:
    file = factories.filed()
    review = f"/admin/registration/declaration/{file.pk}/change/"
    assert "/admin/accounts/event/?q=" not in factories.signed_in(factories.officer()).get(review).content.decode()
    chief = factories.signed_in(factories.officer("truongphong", is_superuser=True))
    (link,) = [a["href"] for a in Page(chief.get(review)).all("a") if "/admin/accounts/event/?q=" in a["href"]]
    assert column(Page(chief.get(link)), "what") == ["Xem tờ khai", "Xem tờ khai", "Người khai bấm Ghi nhận"]


def purposes_written() -> set[str]:
    """Of every message that is put into the outbox, by the source."""
    sources = [path for app in ("accounts", "cards", "registration") for path in (ROOT / app).rglob("*.py")]
    calls = re.compile(r"(?:notices\.tell|outbox\.put|_put)\((?:[^()]|\([^()]*\))*?purpose=\"(\w+)\"", re.DOTALL)
    return {purpose for path in sources for purpose in calls.findall(path.read_text(encoding="utf-8"))}


def test_every_message_that_is_written_says_in_words_what_it_is_about() -> None:
    assert {"credentials", "declaration_filed", "declaration_refused"} <= purposes_written() <= set(MESSAGES)
    assert not set(MESSAGES) & set(OneTimeCode.Purpose.values)


def test_messages_are_listed_with_words_for_codes(administrator: Client) -> None:
    purposes = ("declaration_refused", "take_over", "moon")
    for purpose in purposes:
        Message.objects.create(
            kind="notice",
            purpose=purpose,
            to=PHONE,
            dedupe_key=purpose,
            not_after=timezone.now(),
            sweep_at=timezone.now(),
        )
    page = Page(administrator.get(MESSAGE_LIST))
    assert column(page, "about") == ["moon", "chuyển thiết bị", "từ chối tờ khai"]
    one = administrator.get(f"{MESSAGE_LIST}{Message.objects.get(purpose='take_over').pk}/change/").content.decode()
    assert "chuyển thiết bị" in one
    assert "take_over" not in one


def test_an_events_codes_stay_as_they_were_written(administrator: Client) -> None:
    """Words are for reading alone."""
    event = access.record("card.checked", actor=None, detail={"reason": "care"})
    administrator.get(LIST)
    assert Event.objects.get(pk=event.pk).detail == {"reason": "care"}
