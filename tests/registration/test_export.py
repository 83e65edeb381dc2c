"""A citizen's copy of everything that is held of a file, and of nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.limits import LIMITS
from accounts.models import Event
from accounts.services import access
from registration.models import Declaration, SupplementRequest
from registration.services import erasure, review
from registration.services.export import export
from registration.workflow import REFUSAL_SENTENCES, RefusalReason
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.following import CLOSED
from tests.registration.keeping import holder, refused

pytestmark = pytest.mark.django_db

DATA = "/ho-so/du-lieu.json"


def test_the_copy_holds_every_answer_step_photo_message_and_look() -> None:
    person = factories.person(id_number="001085999001")
    officer = factories.officer()
    filed = factories.filed(email="mau@x.example", helper_name="Trần Thị Giúp", helper_relation="youth")
    desk = seat(officer)
    desk.get(page_of(filed))
    desk.get(page_of(filed, "photo/id_front/"))
    review.refuse(filed.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words="Chụp lại mặt trước")
    response = holder(filed).get(DATA)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="ho-so-00001-')
    got = json.loads(response.content)
    assert got["answers"]["full_name"] == "Nguyễn Văn Mẫu"
    assert got["answers"]["phone"] == "+84999000001"
    assert (got["answers"]["email"], got["answers"]["helper_name"]) == ("mau@x.example", "Trần Thị Giúp")
    assert (got["file"]["state"], got["file"]["refusal_reason"]) == (
        "refused",
        "Ảnh không rõ nên không đối chiếu được.",
    )
    assert {photo["kind"] for photo in got["photos"]} == {"portrait", "id_front", "id_back"}
    steps = ["Người khai lấy bản sao dữ liệu", "Từ chối", "Người khai bấm Ghi nhận"]
    assert [step["what"] for step in got["steps"]] == steps
    assert [step["by_staff"] for step in got["steps"]] == [False, True, False]
    assert [message["about"] for message in got["messages"]] == ["đã ghi nhận tờ khai", "từ chối tờ khai"]
    assert {look["who"] for look in got["looks"]} == {f"Cán bộ {factories.office().name}"}
    assert [look["role"] for look in got["looks"]] == ["xét duyệt cơ quan BHXH"] * 2
    assert got["consent"]["digest"] == Declaration.objects.get().consent_digest
    assert got["consent"]["words"]
    event = Event.objects.get(action="declaration.exported")
    assert (event.object_id, event.person_id, event.actor_id) == (str(filed.pk), person.pk, None)


def test_every_field_of_the_declaration_is_in_the_copy_or_left_out_for_a_reason() -> None:
    """A field added later must not be forgotten here."""
    # ours: a key, an officer's account, housekeeping, and words that stay inside the office
    left_out = {"id", "reviewer", "reminded_at", "owner_sought_at", "updated_at", "refusal_words"}
    said_otherwise = {"consent_version": "version", "consent_digest": "digest", "consented_at": "agreed_at"}
    got = export(factories.filed())
    said = {*got["file"], *got["answers"], *got["consent"]}
    names = {field.name for field in Declaration._meta.concrete_fields} - left_out
    assert {name for name in names if said_otherwise.get(name, name) not in said} == set()


def test_no_login_name_text_of_a_message_or_other_persons_file_is_in_it() -> None:
    officer = factories.officer("canbo_rieng")
    mine = refused()
    other = factories.filed(bhxh_code="9900000002", full_name="Lê Người Khác", phone="+84999000002")
    seat(officer).get(page_of(mine))
    said = json.dumps(export(mine), ensure_ascii=False)
    assert not [word for word in ("canbo", "Người Khác", other.file_number, "BHXH: ", "9900000002") if word in said]


def test_a_copy_tells_nobody_whether_a_number_is_registered_or_has_an_account() -> None:
    """A stranger may declare any number with a phone of their own."""
    officer, told = factories.officer(), set()
    for reason in (RefusalReason.NOT_IN_REGISTER, RefusalReason.ACCOUNT_EXISTS):
        file = factories.filed()
        review.refuse(file.pk, officer=officer, reason=reason, words="Đã có tài khoản từ 2024")
        got = holder(file).get(DATA).content.decode()
        assert "2024" not in got
        told.add(json.loads(got)["file"]["refusal_reason"])
    (one,) = told
    assert one == REFUSAL_SENTENCES[RefusalReason.ACCOUNT_EXISTS]


def test_supplements_and_a_request_to_erase_are_in_it() -> None:
    declaration = refused()
    SupplementRequest.objects.create(
        declaration=declaration,
        items=["id_front"],
        words="Mờ",
        asked_by=declaration.reviewer,
        due_at="2026-12-01T00:00Z",
    )
    erasure.ask(declaration.pk)
    got = export(Declaration.objects.get())
    assert [(asked["items"], asked["words"]) for asked in got["supplements"]] == [(["id_front"], "Mờ")]
    assert (got["erasure"]["is_granted"], got["erasure"]["decided_at"]) == (False, None)


def test_a_browser_without_the_right_gets_no_copy() -> None:
    factories.filed()
    for client in (Client(), holder(factories.draft())):
        assert client.get(DATA).url == CLOSED
    assert holder(factories.filed()).post(DATA).status_code == 405
    assert not Event.objects.filter(action="declaration.exported").exists()


def test_a_file_looked_at_often_costs_no_more(django_assert_num_queries: Any) -> None:
    declaration, officer = refused(), factories.officer("canbo2")
    access.record("declaration.viewed", actor=officer, object_type="declaration", object_id=declaration.pk)
    with CaptureQueriesContext(connection) as few:
        export(Declaration.objects.get())
    for number in range(5):
        another = factories.officer(f"canbo_{number}")
        access.record("declaration.viewed", actor=another, object_type="declaration", object_id=declaration.pk)
    with django_assert_num_queries(len(few)):
        assert len(export(Declaration.objects.get())["looks"]) == 6


def test_a_copy_is_taken_only_so_often() -> None:
    """Each is an event, and events stay."""
    client, other = holder(factories.filed()), holder(factories.filed())
    assert [client.get(DATA).status_code for _ in range(LIMITS["export.file"].count)][-1] == 200
    assert client.get(DATA).status_code == 429
    assert Event.objects.filter(action="declaration.exported").count() == LIMITS["export.file"].count
    assert other.get(DATA).status_code == 200
