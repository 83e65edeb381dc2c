"""A place that was closed while a draft waited: said kindly, asked for again, and never filed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Office, Province, Ward
from registration.models import Declaration, FileCounter
from registration.services import intake
from registration.workflow import State
from tests import factories
from tests.factories import office, province, ward
from tests.registration.walking import ADDRESS, AGREED, CHECK, DONE, Page, fill, places

pytestmark = pytest.mark.django_db
GONE = {"valid_to": date(2025, 6, 30)}


@pytest.fixture
def draft(client: Client) -> Declaration:
    """Filled in 29 days ago."""
    draft = fill(client)
    Declaration.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=29))
    return draft


def close(what: str) -> None:
    model, code = {"province": (Province, "01"), "ward": (Ward, "00004"), "office": (Office, "00101")}[what]
    assert model.objects.filter(pk=code).update(**GONE)


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("what", ["province", "ward", "office"])
def test_ghi_nhan_of_a_draft_whose_place_is_gone_leads_back_to_the_page_and_files_nothing(
    client: Client, what: str
) -> None:
    close(what)
    for answer in (client.get(CHECK), client.post(CHECK, AGREED)):
        assert answer.url == ADDRESS
    page = Page(client.get(ADDRESS))
    assert "Chọn lại trên trang này" in page.status
    assert Declaration.objects.get().state == State.DRAFT
    assert not FileCounter.objects.exists()


@pytest.mark.parametrize("what", ["province", "ward", "office"])
def test_the_service_does_not_file_it_either(what: str) -> None:
    draft = factories.draft()
    close(what)
    with pytest.raises(intake.PlaceClosed):
        intake.file_declaration(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.file_number) == (State.DRAFT, None)
    assert not Event.objects.exists()


def test_a_place_closed_only_tomorrow_is_filed_today() -> None:
    draft = factories.draft()
    Ward.objects.update(valid_to=timezone.localdate())
    assert intake.file_declaration(draft.pk).file_number


def test_a_ward_that_belongs_to_another_province_now_is_asked_for_again() -> None:
    draft = factories.draft()
    Ward.objects.update(province=province("79", "Hồ Chí Minh"))
    with pytest.raises(intake.PlaceClosed):
        intake.file_declaration(draft.pk)


def test_what_else_is_missing_is_said_first() -> None:
    draft = factories.draft(full_name="")
    close("ward")
    with pytest.raises(intake.Incomplete) as refusal:
        intake.file_declaration(draft.pk)
    assert not isinstance(refusal.value, intake.PlaceClosed)


@pytest.mark.usefixtures("draft")
def test_a_ward_that_is_gone_is_named_and_only_a_ward_is_asked_for(client: Client) -> None:
    ward("00008", "Ngọc Hà")
    close("ward")
    page = Page(client.get(ADDRESS))
    assert "Phường Ba Đình không còn" in page.html
    assert (page.value("province"), page.value("ward")) == ("01", "")
    assert (page.value("address"), page.value("office")) == ("Số 12", "00101")
    assert client.post(ADDRESS, places(ward="00008")).url == CHECK
    assert client.post(CHECK, AGREED).url == DONE
    assert "không còn" not in Page(client.get("/ho-so/")).html


@pytest.mark.usefixtures("draft")
def test_an_office_that_is_gone_is_named_and_the_wards_own_or_the_provinces_stands_ready(client: Client) -> None:
    office("001", "Bảo hiểm xã hội thành phố Hà Nội", Office.Level.PROVINCE)
    close("office")
    page = Page(client.get(ADDRESS))
    assert "cơ sở Ba Đình không còn" in page.html
    assert (page.value("ward"), page.value("office")) == ("00004", "001")


@pytest.mark.usefixtures("draft")
def test_a_ward_that_goes_while_its_page_is_open_is_refused_with_the_rest_kept(client: Client) -> None:
    typed = places(address="Thôn Đoài")
    close("ward")
    page = Page(client.post(ADDRESS, typed))
    assert "không còn hiệu lực" in page.refusal("ward")
    assert page.value("address") == "Thôn Đoài"


@pytest.mark.usefixtures("draft")
def test_where_nothing_is_gone_nothing_is_said(client: Client) -> None:
    assert "không còn" not in Page(client.get(ADDRESS)).html
