"""The citizen mends what was asked for: that and nothing else, nothing lost, under the same number."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts import limits
from accounts.models import Event, User
from registration.models import Declaration, Photo, SupplementRequest
from registration.services import photos, review, supplement, withdrawal
from registration.services.status import AlreadyFiled, WrongState
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.following import CLOSED, FILE, MEND, opened
from tests.registration.walking import Page, upload

pytestmark = pytest.mark.django_db
WORDS = "Chụp lại ảnh, ghi lại tên."


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


@pytest.fixture
def officer() -> User:
    return factories.officer()


def ask(declaration: Declaration, officer: User, *items: str) -> SupplementRequest:
    supplement.ask(declaration.pk, officer=officer, items=items, words=WORDS)
    return declaration.supplements.get(answered_at=None)


def state(declaration: Declaration) -> str:
    return Declaration.objects.get(pk=declaration.pk).state


def asked_controls(page: Page) -> set[str]:
    known = {"csrfmiddlewaretoken", "request", None}
    return {e.get("name") for e in page.elements if e.tag in {"input", "select", "textarea"}} - known


def test_the_page_asks_for_what_was_asked_and_for_nothing_else(filed: Declaration, officer: User) -> None:
    ask(filed, officer, "portrait", "id_number")
    page = Page(opened(filed).get(MEND))
    assert asked_controls(page) - {"seen"} == {"portrait", "id_kind", "id_number"}
    assert WORDS in page.html
    assert page.value("id_number") == "001085999001"


def test_the_files_page_shows_the_words_and_leads_to_mending(filed: Declaration, officer: User) -> None:
    ask(filed, officer, "portrait", "full_name")
    page = Page(opened(filed).get(FILE))
    (wanted,) = [e.text for e in page.all("section") if "data-wanted" in e.attributes]
    assert WORDS in wanted
    assert "Ảnh chân dung 3x4" in wanted
    assert [link["href"] for link in page.all("a") if "data-primary" in link.attributes] == [MEND]
    assert "canbo" not in page.html


def test_everything_mended_the_file_goes_back_with_its_number_and_place(filed: Declaration, officer: User) -> None:
    asked = ask(filed, officer, "portrait", "full_name", "birth_date", "address")
    before = filed.photos.get(kind="portrait").pk
    other = factories.ward("00008", "Ngọc Hà")
    sent = {
        "portrait": upload(),
        "full_name": " Nguyễn  Văn Mậu ",
        "birth_date": "1985",
        "province": "01",
        "ward": other.pk,
        "address": "Số 13",
    }
    client = opened(filed)
    page = Page(client.post(MEND, sent, follow=True))
    assert "Đã gửi bổ sung" in page.html
    mended = Declaration.objects.get(pk=filed.pk)
    assert (mended.state, mended.file_number, mended.filed_at) == (State.RECEIVED, filed.file_number, filed.filed_at)
    assert (mended.full_name, mended.birth_date, mended.ward, mended.address) == (
        "Nguyễn Văn Mậu",
        "1985",
        other,
        "Số 13",
    )
    assert mended.office_id == filed.office_id
    assert filed.photos.get(kind="portrait").pk != before
    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert Event.objects.filter(action="declaration.supplement", actor_id=None).count() == 1
    assert client.get(MEND).url == FILE


def test_what_is_not_asked_for_cannot_be_slipped_in(filed: Declaration, officer: User) -> None:
    ask(filed, officer, "sex")
    before = Declaration.objects.values().get()
    kept = {photo.kind: photo.pk for photo in filed.photos.all()}
    sent = {
        "sex": "female",
        "full_name": "Kẻ Khác",
        "phone": "0999 000 009",
        "office": "00102",
        "email": "x@example.vn",
        "state": "accepted",
        "items": "full_name",
        "portrait": upload(),
        "id_front": upload(),
    }
    assert opened(filed).post(MEND, sent).url == FILE
    after = Declaration.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"sex", "state", "updated_at"}
    assert {photo.kind: photo.pk for photo in filed.photos.all()} == kept


@pytest.mark.parametrize(
    ("items", "sent", "field"),
    [
        (["full_name"], {"full_name": "Nguyễn 2"}, "full_name"),
        (["bhxh_code"], {"bhxh_code": "123"}, "bhxh_code"),
        (["birth_date"], {"birth_date": "31/02/1985"}, "birth_date"),
        (["sex"], {}, "sex"),
        (["id_number"], {"id_kind": "cccd", "id_number": "123456789"}, "id_number"),
        (["address"], {"province": "01", "ward": "99999", "address": "Số 1"}, "ward"),
        (["address"], {"province": "01", "ward": "00004", "address": " "}, "address"),
    ],
)
def test_a_mended_field_follows_the_rules_of_the_declaration(
    filed: Declaration, officer: User, items: list[str], sent: dict[str, str], field: str
) -> None:
    ask(filed, officer, *items)
    before = Declaration.objects.values().get()
    page = Page(opened(filed).post(MEND, sent))
    assert page.refusal(field)
    assert Declaration.objects.values().get() == before


def test_a_good_photo_is_kept_whatever_is_wrong_beside_it(filed: Declaration, officer: User) -> None:
    ask(filed, officer, "portrait", "id_back", "full_name")
    client = opened(filed)
    page = Page(client.post(MEND, {"portrait": upload(), "id_back": upload("a.jpg", b"khong"), "full_name": ""}))
    assert page.refusal("id_back")
    assert page.refusal("full_name")
    assert not page.is_refused("portrait")
    assert "✓ Đã lưu" in page.html
    assert state(filed) == State.SUPPLEMENT
    again = Page(client.post(MEND, {"full_name": "Nguyễn Văn Mậu"}))
    assert again.refusal("id_back")
    assert again.value("full_name") == "Nguyễn Văn Mậu"
    client.post(MEND, {"id_back": upload(), "full_name": "Nguyễn Văn Mậu"})
    assert state(filed) == State.RECEIVED


def test_the_photo_before_is_no_answer(filed: Declaration, officer: User) -> None:
    ask(filed, officer, "portrait")
    client = opened(filed)
    assert Page(client.post(MEND)).refusal("portrait")
    assert state(filed) == State.SUPPLEMENT
    client.post(MEND, {"portrait": upload()})
    ask(filed, officer, "portrait")  # once more: what answered the first request does not answer the second
    assert Page(client.post(MEND)).refusal("portrait")


def test_a_province_is_chosen_without_javascript_and_nothing_typed_or_sent_is_lost(
    filed: Declaration, officer: User
) -> None:
    ask(filed, officer, "portrait", "full_name", "address")
    factories.ward("26734", "Bến Nghé", province=factories.province("79", "Hồ Chí Minh"))
    sent = {"choose_province": "1", "province": "79", "ward": "", "address": "Số 1", "full_name": "Nguyễn Văn Mậu"}
    client = opened(filed)
    page = Page(client.post(MEND, {**sent, "portrait": upload()}))
    assert not page.alert
    assert [option["value"] for option in page.options("ward")] == ["", "26734"]
    assert (page.value("full_name"), page.value("address")) == ("Nguyễn Văn Mậu", "Số 1")
    assert "✓ Đã lưu" in page.html
    unreadable = Page(client.post(MEND, {**sent, "portrait": upload("a.jpg", b"khong")}))
    assert unreadable.status
    assert "✓ Đã lưu" in unreadable.html


@pytest.mark.parametrize("fields", [{}, {"id_kind": "cccd"}, {"id_number": "001085999001", "sex": "male"}])
def test_an_answer_with_a_part_of_what_was_asked_changes_nothing(
    filed: Declaration, officer: User, fields: dict[str, str]
) -> None:
    ask(filed, officer, "id_number")
    before = Declaration.objects.values().get()
    with pytest.raises(supplement.StillMissing):
        supplement.answer(filed.pk, fields=fields)
    assert Declaration.objects.values().get() == before
    assert SupplementRequest.objects.get().answered_at is None


def test_a_passport_becomes_a_paper_with_two_sides_only_with_its_back(officer: User) -> None:
    filed = factories.filed(id_kind="passport", id_number="C1234567")
    ask(filed, officer, "id_number")
    client = opened(filed)
    page = Page(client.get(MEND))
    assert [radio["value"] for radio in page.controls("id_kind")] == ["passport"]
    assert Page(client.post(MEND, {"id_kind": "cccd", "id_number": "001085999001"})).refusal("id_kind")
    with pytest.raises(supplement.StillMissing):
        supplement.answer(filed.pk, fields={"id_kind": "cccd", "id_number": "001085999001"})
    filed.supplements.update(items=["id_back", "id_number"])
    client.post(MEND, {"id_kind": "cccd", "id_number": "001085999001", "id_back": upload()})
    mended = Declaration.objects.get(pk=filed.pk)
    assert (mended.state, mended.id_kind, mended.photos.count()) == (State.RECEIVED, "cccd", 3)


def test_a_photo_is_replaced_only_while_it_is_asked_for(filed: Declaration, officer: User) -> None:
    def replace(kind: str) -> None:
        photos.save_photo(filed.pk, kind=Photo.Kind(kind), file=ContentFile(factories.jpeg()))

    before = set(filed.photos.values_list("pk", flat=True))
    with pytest.raises(AlreadyFiled):
        replace("portrait")
    ask(filed, officer, "portrait")
    with pytest.raises(AlreadyFiled):
        replace("id_front")
    assert set(filed.photos.values_list("pk", flat=True)) == before
    replace("portrait")
    assert set(filed.photos.values_list("pk", flat=True)) == before
    supplement.answer(filed.pk, fields={})
    assert set(filed.photos.values_list("pk", flat=True)) != before
    with pytest.raises(AlreadyFiled):
        replace("portrait")


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_after_the_end_of_a_file_nothing_is_mended(filed: Declaration, officer: User, end: str) -> None:
    ask(filed, officer, "portrait", "full_name")
    client = opened(filed)
    if end == "refuse":
        review.refuse(filed.pk, officer=officer, reason=RefusalReason.OTHER, words="x")
    else:
        withdrawal.withdraw(filed.pk)
    before = Declaration.objects.values().get(), set(filed.photos.values_list("pk", flat=True))
    page = Page(client.post(MEND, {"portrait": upload(), "full_name": "Nguyễn Văn Mậu"}, follow=True))
    assert "không còn chờ bổ sung" in page.html
    assert (Declaration.objects.values().get(), set(filed.photos.values_list("pk", flat=True))) == before
    with pytest.raises(WrongState):
        supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})


def test_a_file_nobody_asked_of_has_nothing_to_mend(filed: Declaration) -> None:
    client = opened(filed)
    assert client.get(MEND).url == FILE
    assert client.post(MEND, {"full_name": "Kẻ Khác"}).url == FILE
    assert Declaration.objects.get().full_name == "Nguyễn Văn Mẫu"


def test_a_request_of_file_a_is_not_answered_with_the_right_to_file_b(filed: Declaration, officer: User) -> None:
    theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002")
    ask(theirs, officer, "full_name")
    assert opened(filed).post(MEND, {"full_name": "Kẻ Khác"}).url == FILE
    assert Client().post(MEND, {"full_name": "Kẻ Khác"}).url == CLOSED
    assert state(theirs) == State.SUPPLEMENT


def test_a_limit_that_is_used_up_answers_429_and_keeps_what_was_typed(
    filed: Declaration, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(filed, officer, "portrait", "full_name")
    client = opened(filed)
    monkeypatch.setitem(limits.LIMITS, "photo.draft", limits.Limit(0, limits.HOUR))
    response = client.post(MEND, {"portrait": upload(), "full_name": "Nguyễn Văn Mậu"})
    assert response.status_code == 429
    assert Page(response).value("full_name") == "Nguyễn Văn Mậu"


def test_what_is_left_as_it_was_is_sent_only_by_whoever_means_it(filed: Declaration, officer: User) -> None:
    """A name typed once and lost by the way would otherwise go to the officer as the old one, unseen."""
    ask(filed, officer, "full_name", "address")
    client = opened(filed)
    page = Page(client.get(MEND))
    as_before = {name: page.value(name) for name in ("full_name", "province", "ward", "address")}
    told = Page(client.post(MEND, {**as_before, "address": "Số 99"}))
    assert "vẫn như cũ" in told.refusal("full_name")
    assert not told.is_refused("address")
    assert told.value("address") == "Số 99"
    assert Declaration.objects.get(pk=filed.pk).state == State.SUPPLEMENT
    meant = {**as_before, "address": "Số 99", "as_before": told.value("as_before")}
    assert client.post(MEND, meant).url == FILE
    assert Declaration.objects.get(pk=filed.pk).full_name == as_before["full_name"]
