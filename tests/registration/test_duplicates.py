"""A proved phone is told what hangs on that phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from registration.models import Declaration
from registration.services import duplicates, intake, review, supplement, withdrawal
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.duplicating import OTHER_CODE, OTHER_PHONE, PAGES, SAME_PAPER, begun, panel, see
from tests.registration.following import FILE, open_file
from tests.registration.walking import (
    AGREED,
    ANSWERS,
    CHECK,
    DONE,
    IDENTITY,
    TRACK,
    Page,
)

pytestmark = pytest.mark.django_db


# --- An open file of the phone --------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_which_file_waits_and_in_which_state(path: str) -> None:
    filed = factories.filed()
    review.receive(filed.pk, officer=factories.officer())
    client, _draft = begun()
    said = panel(see(client, path), "open-file")
    assert str(filed.file_number) in said
    assert str(State.RECEIVED.label) in said
    assert "vẫn được giữ" in said


def test_it_is_said_as_soon_as_the_code_is_known() -> None:
    filed = factories.filed()
    client, draft = begun(bhxh_code="", full_name="", birth_date="", sex="", id_kind="", id_number="")
    assert panel(see(client, IDENTITY), "open-file") == ""
    answer = client.post(IDENTITY, {**ANSWERS, "draft": draft.pk}, follow=True)
    assert str(filed.file_number) in panel(Page(answer), "open-file")


def test_it_leads_to_the_file_by_its_usual_code_and_back_to_the_draft() -> None:
    filed = factories.filed()
    client, draft = begun()
    (form,) = [form for form in see(client).all("form") if form["action"] == TRACK]
    sent = {
        field["name"]: field["value"] for field in see(client).all("input", type="hidden") if form["action"] == TRACK
    }
    shown = Page(client.post(TRACK, {name: sent[name] for name in ("file_number", "phone")}))
    assert str(filed.file_number) in shown.html
    assert not shown.alert
    assert client.get(FILE).url.startswith(TRACK), "without its code the file stays closed"
    opened = open_file(client, filed)
    assert panel(opened, "draft")
    assert client.get(CHECK).status_code == 200
    assert Declaration.objects.get(pk=draft.pk).state == State.DRAFT


def test_a_file_that_waits_for_its_citizen_is_to_be_mended_not_declared_again() -> None:
    filed = factories.filed()
    supplement.ask(filed.pk, officer=factories.officer(), items=["sex"], words="Xem lại.")
    client, _draft = begun()
    said = panel(see(client), "open-file")
    assert "Bổ sung hồ sơ đó" in said
    assert "rút" not in said


def test_nobody_files_a_second_time_without_a_word_of_their_own() -> None:
    filed = factories.filed()
    client, draft = begun()
    page = Page(client.post(CHECK, AGREED))
    assert "đánh dấu ô này" in page.refusal("again")
    assert Declaration.objects.get(pk=draft.pk).state == State.DRAFT
    assert draft.photos.count() == 3
    assert client.post(CHECK, {**AGREED, "again": "on"}).url == DONE
    numbers = set(Declaration.objects.values_list("file_number", flat=True))
    assert len(numbers) == 2
    assert filed.file_number in numbers


def test_a_file_that_came_between_the_page_and_the_press_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, draft = begun()
    none = duplicates.standing_of(draft)
    filed = factories.filed()
    with monkeypatch.context() as patched:
        patched.setattr(duplicates, "standing_of", lambda draft: none)
        assert client.post(CHECK, AGREED).url == CHECK
    page = see(client)
    assert "Chưa ghi nhận" in page.status + page.alert + page.html
    assert str(filed.file_number) in panel(page, "open-file")
    assert page.controls("again")
    assert Declaration.objects.get(pk=draft.pk).state == State.DRAFT


def test_the_same_paper_with_another_code_is_told_and_not_asked_about() -> None:
    filed = factories.filed(bhxh_code=OTHER_CODE)
    client, _draft = begun()
    page = see(client)
    assert str(filed.file_number) in panel(page, "open-file")
    assert "ghi nhầm" in panel(page, "open-file")
    assert not page.controls("again")
    assert client.post(CHECK, AGREED).url == DONE


def test_the_page_and_ghi_nhan_agree_however_many_files_of_the_paper_are_newer() -> None:
    draft = factories.draft()
    first = factories.filed(bhxh_code=draft.bhxh_code, id_number="001085999777")
    for number in range(11):
        factories.filed(bhxh_code=f"99000001{number:02d}", id_number=draft.id_number)
    standing = duplicates.standing_of(draft)
    assert (standing.file, standing.is_same_code) == (first, True)
    assert duplicates.is_filed_here(draft)


def test_of_two_files_the_one_with_the_code_is_shown() -> None:
    of_code = factories.filed(id_number="001085999099")
    of_paper = factories.filed(bhxh_code=OTHER_CODE)
    client, _draft = begun()
    page = see(client)
    assert str(of_code.file_number) in panel(page, "open-file")
    assert str(of_paper.file_number) not in page.html


@pytest.mark.parametrize("fields", [{"id_kind": "cmnd", "id_number": "019999007"}, {"id_number": "001085999077"}])
def test_another_code_and_another_paper_are_another_person(fields: dict[str, str]) -> None:
    factories.filed(bhxh_code=OTHER_CODE, **fields)
    client, _draft = begun()
    assert panel(see(client), "open-file") == ""
    assert client.post(CHECK, AGREED).url == DONE


def end_refused(filed: Declaration) -> None:
    review.refuse(filed.pk, officer=factories.officer(), reason=RefusalReason.PHOTO_UNCLEAR, words="")


def end_withdrawn(filed: Declaration) -> None:
    withdrawal.withdraw(filed.pk)


@pytest.mark.parametrize("end", [end_refused, end_withdrawn])
def test_a_file_that_is_decided_stands_in_nobodys_way(end: Callable[[Declaration], None]) -> None:
    end(factories.filed())
    client, _draft = begun()
    page = see(client)
    assert panel(page, "open-file") == ""
    assert not page.controls("again")
    assert client.post(CHECK, AGREED).url == DONE


def test_a_second_press_of_the_same_draft_is_no_second_file() -> None:
    draft = factories.draft()
    first = intake.file_declaration(draft.pk)
    assert intake.file_declaration(draft.pk).file_number == first.file_number


# --- An account on the phone ----------------------------------------------------------------------------
def own_account() -> User:
    return factories.citizen(factories.person(id_number=SAME_PAPER))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("fields", [{"id_number": "001085999077"}, {"bhxh_code": OTHER_CODE}], ids=["code", "paper"])
def test_whoever_has_an_account_on_this_phone_is_led_to_it(path: str, fields: dict[str, str]) -> None:
    own_account()
    client, _draft = begun(**fields)
    page = see(client, path)
    assert "đã có tài khoản" in panel(page, "own-account")
    links = {a["href"] for a in page.all("a") if any("data-own-account" in outer.attributes for outer in a.inside)}
    assert links == {"/dang-nhap/", "/quen-mat-khau/"}


def test_a_declaration_for_it_is_taken_like_any_other() -> None:
    own_account()
    client, _draft = begun()
    assert client.post(CHECK, AGREED).url == DONE


def refused_as_taken(**fields: str) -> Page:
    filed = factories.filed(**fields)
    review.refuse(filed.pk, officer=factories.officer(), reason=RefusalReason.ACCOUNT_EXISTS, words="")
    return open_file(Client(), filed)


def test_behind_its_code_a_refused_file_leads_to_the_account_of_its_phone() -> None:
    own_account()
    page = refused_as_taken()
    assert "đã có tài khoản" in panel(page, "own-account")
    assert {"/dang-nhap/", "/quen-mat-khau/"} <= {a["href"] for a in page.all("a", class_="button") + page.all("a")}


def test_of_an_account_on_another_phone_it_says_nothing() -> None:
    own_account()
    page = refused_as_taken(phone=OTHER_PHONE)
    assert panel(page, "own-account") == ""
    assert "Thông tin chưa đối chiếu được" in panel(page, "refusal")
    assert "Quên mật khẩu" in panel(page, "refusal")


# --- Many files of one phone ----------------------------------------------------------------------------
def test_from_the_third_waiting_file_on_the_last_page_tells_of_them_without_whole_numbers() -> None:
    files = [factories.filed(bhxh_code=f"990000002{turn}", id_number=f"00108599901{turn}") for turn in range(2)]
    client, _draft = begun()
    assert panel(see(client), "phone-files") == ""
    files.append(factories.filed(bhxh_code="9900000030", id_number="001085999030"))
    page = see(client)
    said = panel(page, "phone-files")
    moments = [timezone.localtime(file.filed_at).strftime("%H:%M %d/%m/%Y") for file in files]
    assert [moment in said for moment in moments] == [True] * 3
    assert not [file for file in files if str(file.file_number)[3:] in page.html]
    assert client.post(CHECK, AGREED).url == DONE


def test_they_are_a_few_however_many_there_are_and_cost_as_many_questions() -> None:
    for turn in range(3):
        factories.filed(bhxh_code=f"990000002{turn}")
    client, _draft = begun()
    client.get(CHECK)
    with CaptureQueriesContext(connection) as few:
        client.get(CHECK)
    for turn in range(3, 9):
        factories.filed(bhxh_code=f"990000002{turn}")
    with CaptureQueriesContext(connection) as many:
        page = see(client)
    (shown,) = [e for e in page.elements if "data-phone-files" in e.attributes]
    assert len([item for item in page.all("li") if shown in item.inside]) == duplicates.SHOWN_FILES
    assert len(many) == len(few)


def test_another_phones_files_are_not_among_them() -> None:
    for turn in range(3):
        factories.filed(bhxh_code=f"990000002{turn}", phone=OTHER_PHONE)
    client, _draft = begun()
    assert panel(see(client), "phone-files") == ""
