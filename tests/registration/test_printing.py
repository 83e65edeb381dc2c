"""The printed declaration: no more on it than may lie around, and for the browser that has just filed only."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.limits import LIMITS
from accounts.models import Event
from registration.models import Declaration, Photo
from registration.services.printing import content_of
from registration.sheet import draw, grouped
from tests import factories
from tests.registration.following import idle
from tests.registration.reading_pdf import LIGHT, assert_inside, read, squeezed
from tests.registration.walking import AGREED, CHECK, fill, open_draft

pytestmark = pytest.mark.django_db

SHEET = "/ho-so/to-khai.pdf"


def test_an_ordinary_declaration_fits_on_one_page_with_everything_on_it() -> None:
    filed = factories.filed(
        full_name="Công Tằng Tôn Nữ Thị Quỳnh Như Hoa",
        email="mau.nguyen@example.vn",
        helper_name="Trần Thị Giúp",
        helper_relation="youth",
    )
    sheet = read(draw(content_of(filed)))
    for answer in (
        "Công Tằng Tôn Nữ Thị Quỳnh Như Hoa",
        "99000 00001",
        "15/08/1985",
        "Nam",
        "••••• 9001",
        "Phường Ba Đình",
        "Thành phố Hà Nội",
        "Số 12",
        "••••• 001",
        "m•••••@example.vn",
        "Ảnh chân dung 3x4; Giấy tờ, mặt trước; Giấy tờ, mặt sau",
        "Trần Thị Giúp",
        "Đoàn viên, tổ hỗ trợ của phường/xã",
        filed.consent_version,
        timezone.localtime(filed.consented_at).strftime("lúc %H:%M ngày %d/%m/%Y"),
    ):
        assert answer in sheet.text
    assert (sheet.pages, sheet.pictures) == (1, 2)
    assert_inside(sheet)


def test_the_longest_answers_take_a_second_page_and_nothing_is_cut() -> None:
    longest = {"full_name": "Ê̆" * 50, "address": "W" * 200, "helper_name": "W" * 100, "email": f"{'e' * 64}@vd.vn"}
    sheet = read(draw(content_of(factories.filed(helper_relation="youth", **longest))))
    assert sheet.pages <= 2
    for answer in ("Ê̆" * 50, "W" * 200, "W" * 100):
        assert squeezed(answer) in squeezed(sheet.text)
    assert sheet.kinds("Artifact")[0] == f"Mã hồ sơ {grouped(Declaration.objects.get().file_number)}"
    assert_inside(sheet)


def test_what_lies_around_does_not_give_away_paper_phone_and_email() -> None:
    filed = factories.filed(email="mau.nguyen@example.vn")
    text = read(draw(content_of(filed))).text
    digits = re.sub(r"\D", "", text)
    for whole in ("001085999001", "0999000001", "84999000001", "mau.nguyen"):
        assert whole not in text
        assert not whole.isdigit() or whole not in digits
    assert "Người khai giúp" not in text  # nobody helped


def test_a_portrait_that_storage_has_lost_does_not_cost_the_sheet() -> None:
    filed = factories.filed()
    portrait = filed.photos.get(kind=Photo.Kind.PORTRAIT)
    portrait.thumbnail.storage.delete(portrait.thumbnail.name)
    sheet = read(draw(content_of(filed)))
    assert sheet.pictures == 1
    assert "Nguyễn Văn Mẫu" in sheet.text


def test_of_a_file_without_a_portrait_or_a_consent_the_rest_is_printed() -> None:
    filed = factories.filed()
    filed.photos.all().delete()
    filed.consented_at = None
    sheet = read(draw(content_of(filed)))
    assert sheet.pictures == 1  # the code that leads to the file's page
    assert "Nguyễn Văn Mẫu" in sheet.text
    assert "Đồng ý và cam kết" not in sheet.text


def filed_by(client: Client) -> Declaration:
    draft = fill(client)
    client.post(CHECK, AGREED)
    return Declaration.objects.get(pk=draft.pk)


def test_the_browser_that_has_just_filed_gets_its_sheet(client: Client) -> None:
    filed = filed_by(client)
    response = client.get(SHEET)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'attachment; filename="to-khai.pdf"'
    assert "no-store" in response["Cache-Control"]
    sheet = read(response.content)
    assert "Nguyễn Văn Mẫu" in sheet.text
    assert grouped(filed.file_number) in sheet.text
    assert len(response.content) <= LIGHT


def test_each_sheet_is_an_event_of_ids_only(client: Client) -> None:
    whose = factories.person()
    filed = filed_by(client)
    client.get(SHEET)
    event = Event.objects.get(action="declaration.printed")
    assert (event.actor_id, event.person_id, event.object_id, event.detail) == (None, whose.pk, str(filed.pk), {})


def test_nobody_else_gets_it(client: Client) -> None:
    filed_by(client)
    another = Client()
    open_draft(another, "+84999000002")
    for stranger in (Client(), another, factories.signed_in(factories.officer())):
        assert stranger.get(SHEET).status_code == 404
    assert not Event.objects.filter(action="declaration.printed").exists()


def test_a_draft_has_no_sheet(client: Client) -> None:
    fill(client)
    assert client.get(SHEET).status_code == 404


def test_after_half_an_hour_without_use_there_is_none(client: Client) -> None:
    filed_by(client)
    idle(client, 31)
    assert client.get(SHEET).status_code == 404


def test_once_erased_there_is_none(client: Client) -> None:
    filed = filed_by(client)
    Declaration.objects.filter(pk=filed.pk).update(erased_at=timezone.now())
    assert client.get(SHEET).status_code == 404


def test_whoever_goes_on_to_another_declaration_leaves_the_first_behind(client: Client) -> None:
    filed_by(client)
    open_draft(client, "+84999000002")
    assert client.get(SHEET).status_code == 404


def test_a_file_is_printed_only_so_often(client: Client) -> None:
    filed = filed_by(client)
    for _ in range(LIMITS["sheet.file"].count - 1):
        limits.hit("sheet.file", str(filed.pk))
    assert [client.get(SHEET).status_code for _ in range(2)] == [200, 429]
    assert Event.objects.filter(action="declaration.printed").count() == 1
    other = Client()
    fill(other, bhxh_code="9900000018")
    other.post(CHECK, AGREED)
    assert other.get(SHEET).status_code == 200
