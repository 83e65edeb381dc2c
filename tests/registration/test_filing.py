"""The check page and Ghi nhận: once, complete, with consent, and never changed afterwards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, Message
from registration import consent
from registration.models import Declaration, FileCounter
from registration.services import intake
from registration.workflow import State
from tests import factories
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
    fill,
    newest_code,
    newest_text,
    open_draft,
    pictures,
    places,
)

pytestmark = pytest.mark.django_db
NO_DRAFT = f"{PHONE}?chua-co-to-khai"


def filing_messages() -> int:
    return Message.objects.filter(purpose="declaration_filed").count()


@pytest.mark.parametrize("path", [IDENTITY, PHOTOS, ADDRESS, CHECK])
def test_a_page_without_a_draft_leads_to_the_phone_and_makes_none(client: Client, path: str) -> None:
    for answer in (client.get(path), client.post(path, {**ANSWERS, **AGREED})):
        assert answer.url == NO_DRAFT
    assert "Chưa có tờ khai" in Page(client.get(NO_DRAFT)).html
    assert not Declaration.objects.exists()


def test_the_confirmation_without_a_filed_declaration_leads_to_the_start(client: Client) -> None:
    assert client.get(DONE).url == "/dang-ky/"
    open_draft(client)
    assert client.get(DONE).url == "/dang-ky/"


def test_the_check_page_first_leads_to_the_first_page_with_something_missing(client: Client) -> None:
    open_draft(client)
    assert client.get(CHECK).url == IDENTITY
    assert "còn thiếu" in Page(client.get(IDENTITY)).status
    assert client.post(CHECK, AGREED).url == IDENTITY
    client.post(ADDRESS, places())
    assert client.get(CHECK).url == IDENTITY
    client.post(IDENTITY, ANSWERS)
    assert client.post(CHECK, AGREED).url == PHOTOS
    assert client.post(PHOTOS, pictures()).url == CHECK
    assert Declaration.objects.get().state == State.DRAFT
    assert filing_messages() == 0


def test_an_incomplete_draft_is_not_filed_by_the_service_either() -> None:
    draft = factories.draft(address="")
    with pytest.raises(intake.Incomplete):
        intake.file_declaration(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.file_number) == (State.DRAFT, None)
    assert not FileCounter.objects.filter(last__gt=0).exists()
    assert not Event.objects.exists()


def test_the_check_page_shows_every_answer_and_picture(client: Client) -> None:
    fill(client)
    page = Page(client.get(CHECK))
    shown = " ".join(element.text for element in page.all("dd"))
    for answer in ("Nguyễn Văn Mẫu", "9900000001", "15/08/1985", "Nam", "001085999001", "Phường Ba Đình", "Số 12"):
        assert answer in shown
    assert len([image for image in page.all("img") if PHOTOS in image["src"]]) == 3


def test_the_check_page_for_a_passport_shows_no_back_that_will_not_be_filed(client: Client) -> None:
    fill(client)
    assert (
        client.post(IDENTITY, {**ANSWERS, "id_kind": "passport", "id_number": "B1234567"}).url
        == "/dang-ky/ca-nhan/anh/"
    )
    sources = [image["src"] for image in Page(client.get(CHECK)).all("img")]
    assert not [source for source in sources if "id_back" in source]


@pytest.mark.parametrize(
    ("sent", "unticked"),
    [({}, ["consent", "commitment"]), ({"consent": "on"}, ["commitment"]), ({"commitment": "on"}, ["consent"])],
)
def test_without_both_ticks_nothing_is_filed(client: Client, sent: dict[str, str], unticked: list[str]) -> None:
    draft = fill(client)
    page = Page(client.post(CHECK, {"csrfmiddlewaretoken": "x", **sent}))
    assert [name for name in AGREED if page.is_refused(name)] == [name for name in AGREED if name in unticked]
    assert all("đánh dấu" in page.refusal(name) for name in unticked)
    assert all(page.value(name) for name in sent)
    draft.refresh_from_db()
    assert (draft.state, draft.consent_version, draft.consented_at) == (State.DRAFT, "", None)
    assert filing_messages() == 0


def test_the_ticks_are_not_set_beforehand(client: Client) -> None:
    fill(client)
    page = Page(client.get(CHECK))
    assert page.value("consent") == page.value("commitment") == ""


def test_what_was_agreed_to_is_stored_with_version_digest_and_time(client: Client) -> None:
    draft = fill(client)
    words = Page(client.get(CHECK)).html
    assert consent.CONSENT in words
    assert consent.COMMITMENT in words
    client.post(CHECK, AGREED)
    draft.refresh_from_db()
    agreed = consent.current()
    assert (draft.consent_version, draft.consent_digest) == (agreed.version, agreed.digest)
    assert timezone.now() - draft.consented_at < timedelta(minutes=1)


def test_filing_gives_a_number_a_message_and_an_event_of_ids_only(client: Client) -> None:
    draft = fill(client)
    assert client.post(CHECK, AGREED).url == DONE
    draft.refresh_from_db()
    assert draft.state == State.FILED
    assert re.fullmatch(rf"00001/{timezone.localdate().year}/00101", draft.file_number)
    assert draft.file_number in Page(client.get(DONE)).html
    text = newest_text("+84999000001")
    assert draft.file_number in text
    assert len(text) <= 160
    assert text.isascii()
    event = Event.objects.get(action="declaration.file")
    assert (event.object_id, event.actor_id, event.detail) == (str(draft.pk), None, {"state": "filed"})


def test_ghi_nhan_twice_gives_one_number_and_one_message(client: Client) -> None:
    draft = fill(client)
    client.post(CHECK, AGREED)
    first = Declaration.objects.get(pk=draft.pk)
    assert client.post(CHECK, AGREED).url == DONE
    assert intake.file_declaration(draft.pk).file_number == first.file_number
    assert filing_messages() == 1
    assert Event.objects.filter(action="declaration.file").count() == 1
    assert FileCounter.objects.get().last == 1
    assert first.file_number in Page(client.get(DONE)).html


def test_stale_forms_after_filing_change_nothing_and_say_so(client: Client) -> None:
    draft = fill(client)
    client.post(CHECK, AGREED)
    before = Declaration.objects.filter(pk=draft.pk).values().get()
    photos = list(draft.photos.order_by("pk").values())
    for path, stale in (
        (IDENTITY, {**ANSWERS, "full_name": "Kẻ Khác"}),
        (PHOTOS, pictures()),
        (ADDRESS, places(address="Nơi khác")),
    ):
        assert client.post(path, stale).url == DONE
        assert "không sửa được nữa" in Page(client.get(DONE)).status
    assert Declaration.objects.filter(pk=draft.pk).values().get() == before
    assert list(draft.photos.order_by("pk").values()) == photos
    assert client.get(f"{PHOTOS}portrait/").status_code == 404


def test_a_tab_left_open_in_the_same_browser_cannot_change_a_file_filed_elsewhere(client: Client) -> None:
    """The session still points at the draft when another request files it."""
    draft = fill(client)
    intake.file_declaration(draft.pk)
    before = Declaration.objects.filter(pk=draft.pk).values().get()
    assert client.post(IDENTITY, {**ANSWERS, "full_name": "Kẻ Khác"}).url == DONE
    assert Declaration.objects.filter(pk=draft.pk).values().get() == before
    with pytest.raises(intake.AlreadyFiled):
        intake.save_answers(draft.pk, full_name="Kẻ Khác")


def test_another_session_reaches_neither_the_draft_nor_the_confirmation(client: Client) -> None:
    fill(client)
    stranger = Client()
    assert stranger.get(CHECK).url == NO_DRAFT
    client.post(CHECK, AGREED)
    assert stranger.get(DONE).url == "/dang-ky/"


def test_after_filing_the_same_browser_can_begin_another_declaration(client: Client) -> None:
    first = fill(client)
    client.post(CHECK, AGREED)
    client.post(PHONE, {"phone": "0999000002"})
    assert client.post(CODE, {"code": newest_code("+84999000002")}).url == IDENTITY
    assert "Nguyễn Văn Mẫu" not in Page(client.get(IDENTITY)).html
    assert Declaration.objects.exclude(pk=first.pk).get().state == State.DRAFT


def test_a_declaration_for_a_code_with_an_account_is_taken_like_any_other(client: Client) -> None:
    factories.citizen(factories.person("9900000001", phone="+84999000009"))
    fill(client)
    assert client.post(CHECK, AGREED).url == DONE
    assert "9000009" not in Page(client.get(DONE)).html


def test_each_office_counts_its_own_files_and_each_year_begins_again() -> None:
    other = factories.office("001", "Bảo hiểm xã hội Thành phố Hà Nội", "province")
    FileCounter.objects.create(office=other, year=timezone.localdate().year - 1, last=77)
    numbers = [factories.filed().file_number[:5], factories.filed().file_number[:5], factories.filed(office=other)]
    assert numbers[:2] == ["00001", "00002"]
    assert numbers[2].file_number == f"00001/{timezone.localdate().year}/001"


def test_the_hundred_thousandth_file_of_an_office_in_a_year_still_fits() -> None:
    draft = factories.draft()
    FileCounter.objects.create(office_id=draft.office_id, year=timezone.localdate().year, last=99_999)
    filed = intake.file_declaration(draft.pk)
    assert filed.file_number.startswith("100000/")
    assert len(filed.file_number) <= Declaration._meta.get_field("file_number").max_length


def test_the_state_cannot_be_set_past_its_door() -> None:
    filed = factories.filed()
    for thing in (filed, Declaration.objects.get(pk=filed.pk)):
        with pytest.raises(AttributeError):
            thing.state = State.ACCEPTED
    assert Declaration.objects.get(pk=filed.pk).state == State.FILED
