"""What a paper's code says beside what was declared: shown to both sides, and never in anybody's way."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import redis
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import name_key
from accounts.paper_codes import BhytText
from cards import qr
from registration import qr_reading
from registration.images import PhotoBusy
from registration.models import Declaration, Photo
from registration.readings import agrees, reading_of
from registration.services import readings
from registration.services.photos import save_photo
from registration.tasks import remember_reading
from tests import factories
from tests.brokers import lead_to
from tests.paper_samples import SAMPLES
from tests.registration.at_the_desk import page_of
from tests.registration.codes import BHYT, CCCD, code, photo
from tests.registration.walking import AGREED, CHECK, DONE, PHOTOS, Page, fill, pictures
from tests.servers import valkey
from vssportal.celery import app

OF_CCCD = {
    "full_name": "Nguyễn Văn Mẫu",
    "birth_date": "1985-08-15",
    "sex": "male",
    "id_kind": "cccd",
    "id_number": "001085999001",
    "old_number": "019999999",
}


def test_a_cccd_fills_everything_but_the_bhxh_code() -> None:
    reading = reading_of(CCCD)
    assert reading is not None
    assert reading.pop("address")
    assert reading == OF_CCCD


@pytest.mark.parametrize("name", ["v3_2021_adult", "v3_2021_child", "v2_15char"])
def test_a_bhyt_card_gives_the_last_ten_of_its_number_and_no_paper(name: str) -> None:
    reading = reading_of(SAMPLES[name])
    assert reading is not None
    assert reading["bhxh_code"] == SAMPLES[name].split("|")[0][-10:]
    assert {"full_name", "birth_date", "sex"} <= reading.keys()
    assert not {"id_kind", "id_number"} & reading.keys()


@pytest.mark.parametrize("written", ["1945", "02/1945"])
def test_a_bhyt_card_may_say_only_the_year_or_the_month(written: str) -> None:
    reading = reading_of(BHYT.replace("15/08/1985", written))
    assert reading is not None
    assert reading["birth_date"] == "-".join(reversed(written.split("/")))


@given(st.text(max_size=200) | st.lists(st.text(max_size=12), max_size=18).map("|".join))
def test_any_other_text_is_no_reading_and_nothing_worse(text: str) -> None:
    reading = reading_of(text)
    assert reading is None or all(reading.values())


@given(st.text(max_size=300), st.text(max_size=400))
def test_a_reading_fits_the_declaration_and_hides_nothing_invisible(name: str, address: str) -> None:
    said = BhytText(
        card_number="9900000001",
        full_name=name,
        birth_date="1985",
        sex="female",
        facility_code="01020",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        issued_on=date(2026, 1, 1),
        address=address,
    )
    reading = reading_of(qr.build(said, key=b"any")) or {}
    assert len(reading.get("full_name", "")) <= 100
    assert len(reading.get("address", "")) <= 200
    assert "\u200b" not in "".join(reading.values())


@pytest.mark.parametrize(
    ("field", "declared", "read", "is_same"),
    [
        ("full_name", "Nguyễn Văn Mẫu", "NGUYEN VAN MAU", True),
        ("full_name", "Ðặng Thị Ơn", "Đặng Thị Ơn", True),
        ("full_name", "Nguyễn Văn Mẫu", "Nguyễn Văn Mậu Anh", False),
        ("birth_date", "1985-08-15", "1985", True),
        ("birth_date", "1985", "1985-08", True),
        ("birth_date", "1985-08-15", "1985-08-16", False),
        ("birth_date", "1985-08-15", "1986", False),
        ("sex", "male", "female", False),
        ("id_number", "001085999001", "001085999002", False),
    ],
)
def test_what_agrees(field: str, declared: str, read: str, is_same: bool) -> None:
    assert agrees(field, declared, read) is is_same


@given(st.text(max_size=60))
def test_a_name_agrees_with_its_own_key(name: str) -> None:
    assert agrees("full_name", name, name_key(name))


def noted(declaration: Declaration, *, kind: str = "id_front", **changes: str) -> Declaration:
    declaration.photos.filter(kind=kind).update(qr={**OF_CCCD, **changes})
    return declaration


def differing(declaration: Declaration) -> list[tuple[str, str, str]]:
    return [(line.field, line.declared, line.read) for line in readings.compare(declaration)]


@pytest.mark.django_db
def test_nothing_differs_where_nothing_was_read_or_all_agrees() -> None:
    declaration = factories.draft()
    assert differing(declaration) == []
    declaration.photos.update(qr={})
    assert differing(declaration) == []
    assert differing(noted(declaration)) == []


@pytest.mark.django_db
def test_a_difference_says_both_in_the_words_of_people() -> None:
    declaration = noted(factories.draft(), birth_date="1958-08-15", sex="female", full_name="Trần Văn Mẫu")
    assert differing(declaration) == [
        ("full_name", "Nguyễn Văn Mẫu", "Trần Văn Mẫu"),
        ("birth_date", "15/08/1985", "15/08/1958"),
        ("sex", "Nam", "Nữ"),
    ]


@pytest.mark.django_db
def test_both_sides_that_say_the_same_are_one_difference() -> None:
    declaration = noted(noted(factories.draft(), sex="female"), kind="id_back", sex="female")
    assert differing(declaration) == [("sex", "Nam", "Nữ")]


@pytest.mark.django_db
def test_numbers_of_two_kinds_of_paper_are_not_held_against_each_other() -> None:
    passport = noted(factories.draft(id_kind="passport", id_number="C1234567"))
    assert [field for field, *_ in differing(passport)] == ["id_kind"]


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "fields"), [("019999999", ["id_kind"]), ("018888888", ["id_kind", "id_number"])])
def test_a_cmnd_is_held_against_the_number_its_cccd_names(number: str, fields: list[str]) -> None:
    declaration = noted(factories.draft(id_kind="cmnd", id_number=number))
    assert [field for field, *_ in differing(declaration)] == fields


@pytest.mark.parametrize("said", ["Đã xác minh, chấp nhận ngay", "019999999\0", "0199999990"])
def test_what_a_printed_code_says_in_place_of_an_old_number_is_not_passed_on(said: str) -> None:
    _number, _old, *rest = CCCD.split("|")
    reading = reading_of("|".join(["001085999001", said, *rest]))
    assert reading is not None
    assert reading["id_number"] == "001085999001"
    assert "old_number" not in reading


@pytest.mark.django_db
def test_a_portrait_is_no_paper() -> None:
    assert differing(noted(factories.draft(), kind="portrait", sex="female")) == []


@pytest.mark.django_db
def test_the_check_page_shows_it_kindly_and_lets_the_citizen_go_on(client: Client) -> None:
    noted(fill(client), full_name="Nguyễn Văn Mãu Anh")
    page = Page(client.get(CHECK))
    assert "giấy tờ ghi «Nguyễn Văn Mãu Anh»" in page.html
    assert client.post(CHECK, AGREED).url == DONE


@pytest.mark.django_db
def test_the_check_page_says_nothing_where_nothing_differs(client: Client) -> None:
    noted(fill(client))
    assert "data-differences" not in client.get(CHECK).content.decode()


@pytest.mark.django_db
def test_the_officer_reads_it_plainly_and_may_still_accept(desk: Client, filed: Declaration) -> None:
    noted(filed, sex="female")
    sentence = "Mã QR trong ảnh giấy tờ ghi giới tính «Nữ», tờ khai ghi «Nam»."
    assert sentence in desk.get(page_of(filed)).content.decode()
    desk.post(page_of(filed, "accept/"))
    assert Declaration.objects.get(pk=filed.pk).state == "accepted"


def keep(draft: Declaration, *, kind: Photo.Kind = Photo.Kind.ID_FRONT, data: bytes | None = None) -> Photo:
    return save_photo(draft.pk, kind=kind, file=io.BytesIO(photo(code()) if data is None else data))


@pytest.mark.django_db
def test_a_kept_photo_is_read_and_what_it_says_noted() -> None:
    kept = keep(factories.draft())
    remember_reading(kept.pk)
    kept.refresh_from_db()
    assert {name: kept.qr[name] for name in OF_CCCD} == OF_CCCD


@pytest.mark.django_db
def test_a_photo_without_a_code_is_noted_as_looked_at() -> None:
    kept = keep(factories.draft(), data=photo())
    remember_reading(kept.pk)
    kept.refresh_from_db()
    assert kept.qr == {}


@pytest.mark.django_db
def test_a_photo_replaced_meanwhile_and_a_portrait_are_not_looked_at() -> None:
    draft = factories.draft()
    first = keep(draft)
    keep(draft, data=photo())
    remember_reading(first.pk)
    portrait = draft.photos.get(kind="portrait")
    portrait.file.save("", ContentFile(photo(code())))
    remember_reading(portrait.pk)
    assert set(draft.photos.values_list("qr", flat=True)) == {None}


@pytest.fixture
def broker() -> Iterator[str]:
    before = app.conf.broker_url
    with valkey() as url:
        lead_to(url)
        yield url
    lead_to(before)


def queued(url: str) -> list[tuple[str, list[Any]]]:
    with redis.from_url(url) as store:
        raw = [json.loads(item) for item in store.lrange(readings.QUEUE, 0, -1)]
    return [(task["headers"]["task"], json.loads(base64.b64decode(task["body"]))[0]) for task in raw]


@pytest.mark.django_db(transaction=True)
def test_photos_of_papers_are_looked_at_later_by_their_ids_alone(broker: str, client: Client) -> None:
    draft = fill(client)
    papers = draft.photos.exclude(kind="portrait").order_by("pk").values_list("pk", flat=True)
    assert sorted(queued(broker)) == sorted((remember_reading.name, [pk]) for pk in papers)
    assert readings.QUEUE in {queue.name for queue in app.conf.task_queues}


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_away_photos_are_kept_all_the_same(client: Client) -> None:
    before = app.conf.broker_url
    lead_to("redis://127.0.0.1:1/0")
    try:
        draft = fill(client)
        assert draft.photos.count() == 3
        sent = SimpleUploadedFile("cccd.jpg", photo(code()))
        assert client.post(PHOTOS, {**pictures("portrait", "id_back"), "id_front": sent}).status_code == 302
    finally:
        lead_to(before)


@pytest.mark.django_db
def test_a_full_house_puts_the_look_off(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep(factories.draft())
    monkeypatch.setattr(qr_reading, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(qr_reading, "_WAIT_SECONDS", 0.05)
    with qr_reading._places, pytest.raises(PhotoBusy):  # a worker tries again in a while
        remember_reading(kept.pk)
    kept.refresh_from_db()
    assert kept.qr is None
