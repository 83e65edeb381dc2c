from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person
from accounts.services import feed
from accounts.services.register import PERSONS
from cards.models import Card, ParticipationPeriod
from cards.services.importing import CARDS, PARTICIPATION
from tests.cards.conftest import DEMO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("terms")]

PERSON = {
    "bhxh_code": "9900000101", "full_name": "Nguyễn Thị Nhập", "birth_date": "1990", "sex": "female",
    "id_kind": "cccd", "id_number": "001190999101", "phone": "0912345678", "ward_code": "00004",
    "address": "Số 1", "ethnic_code": "01", "parent_name": "", "living_area": "K1",
}  # fmt: skip
CARD = {
    "bhxh_code": "9900000101", "card_number": "9900000101", "object_group": "DN", "benefit_level": "4",
    "facility_code": "01020", "valid_from": "2026-01-01", "valid_to": "", "issued_on": "2026-01-01",
    "five_years_from": "", "office_code": "00101", "issuing_place": "Hà Nội", "status": "active",
}  # fmt: skip
PERIOD = {
    "bhxh_code": "9900000101", "scheme": "bhxh", "from_month": "2020-01", "to_month": "2020-12",
    "employer": "Công ty Mẫu", "occupation": "", "salary_vnd": "", "contribution_vnd": "", "late_months": "",
}  # fmt: skip


def write(path: Path, rows: list[dict[str, str]], *, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def take(tmp_path):
    """Feeds rows and returns the refusals as (line, column, reason)."""

    def taken(kind, *rows, **options):
        refusals: list[feed.Refusal] = []
        feed.run(kind, write(tmp_path / "rows.csv", list(rows)), refuse=refusals.append, **options)
        return [(refusal.line, refusal.column, refusal.reason) for refusal in refusals]

    return taken


@pytest.fixture
def somebody(terms, take):
    assert take(PERSONS, PERSON) == []


def everything() -> list[object]:
    kept = [name.attname for name in Person._meta.fields if name.attname != "updated_at"]
    cards = [name.attname for name in Card._meta.fields if name.attname != "updated_at"]
    return [
        list(Person.objects.values_list(*kept)),
        list(Card.objects.order_by("pk").values_list(*cards)),
        list(ParticipationPeriod.objects.order_by("pk").values_list()),
    ]


def import_demo(**options: object) -> str:
    out = io.StringIO()
    files = {name: DEMO / f"{name}.csv" for name in ("persons", "cards", "participation")}
    call_command("import_register", stdout=out, stderr=out, **files, **options)
    return out.getvalue()


def test_the_demo_feed_is_taken_whole_and_again_without_change():
    import_demo()
    first = everything()
    assert [len(rows) for rows in first] == [20, 19, 42]
    import_demo()
    assert everything() == first


def test_names_are_cleaned_on_the_way_in():
    import_demo()
    assert Person.objects.get(bhxh_code="9900000013").full_name == "Đỗ Thị Đào"
    assert Person.objects.get(bhxh_code="9900000013").name_key == "DO THI DAO"


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"bhxh_code": "99000001"}, "bhxh_code", "bhxh_code"),
        ({"bhxh_code": "99000001०१"}, "bhxh_code", "bhxh_code"),
        ({"full_name": "  "}, "full_name", "blank"),
        ({"full_name": "A" * 101}, "full_name", "max_length"),
        ({"birth_date": "31/02/1990"}, "birth_date", "date"),
        ({"sex": "nữ"}, "sex", "invalid_choice"),
        ({"id_kind": "other"}, "id_kind", "unknown"),
        ({"id_number": "12345"}, "id_number", "invalid"),
        ({"id_kind": ""}, "id_number", "invalid"),
        ({"phone": "123"}, "phone", "invalid"),
        ({"ward_code": "99999"}, "ward_code", "unknown"),
        ({"living_area": "K4"}, "living_area", "invalid_choice"),
        ({"address": "\ufffd"}, "address", "encoding"),
        ({"address": "\x00"}, "address", "encoding"),
    ],
)
def test_a_wrong_person_is_refused_and_named_by_place(take, changes, column, reason):
    assert take(PERSONS, PERSON, PERSON | changes | {"id_number": changes.get("id_number", "001190999102")}) == [
        (3, column, reason)
    ]


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"bhxh_code": "9900000999", "card_number": "9900000999"}, "bhxh_code", "unknown"),
        ({"card_number": "9900000102"}, "card_number", "other_person"),
        ({"card_number": "X9900000101"}, "card_number", "card_number"),
        ({"object_group": "ZZ"}, "object_group", "unknown"),
        ({"benefit_level": "6"}, "benefit_level", "unknown"),
        ({"facility_code": "99999"}, "facility_code", "unknown"),
        ({"office_code": "99999"}, "office_code", "unknown"),
        ({"valid_from": "01/01/2026"}, "valid_from", "date"),
        ({"valid_to": "2025-12-31"}, "valid_to", "before_start"),
        ({"status": "lost"}, "status", "invalid_choice"),
    ],
)
def test_a_wrong_card_is_refused(take, changes, column, reason):
    assert take(CARDS, CARD | changes, CARD) == [(2, column, reason)]
    assert Card.objects.count() == 1


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"bhxh_code": "9900000999"}, "bhxh_code", "unknown"),
        ({"scheme": "xyz"}, "scheme", "invalid_choice"),
        ({"from_month": "2020-13"}, "from_month", "date"),
        ({"to_month": "2019-12"}, "to_month", "before_start"),
        ({"employer": ""}, "employer", "blank"),
        ({"salary_vnd": "-1"}, "salary_vnd", "number"),
        ({"salary_vnd": "9" * 5000}, "salary_vnd", "number"),
        ({"late_months": "1,5"}, "late_months", "number"),
    ],
)
def test_a_wrong_period_is_refused(take, changes, column, reason):
    assert take(PARTICIPATION, PERIOD | changes, PERIOD) == [(2, column, reason)]
    assert ParticipationPeriod.objects.count() == 1


def test_a_paper_of_two_persons_is_refused_and_the_rest_of_the_batch_stays(take):
    rows = [
        PERSON,
        PERSON | {"bhxh_code": "9900000102"},
        PERSON | {"bhxh_code": "9900000103", "id_number": "001190999103"},
    ]
    assert take(PERSONS, *rows) == [(3, "id_number", "taken")]
    assert set(Person.objects.values_list("bhxh_code", flat=True)) == {"9900000101", "9900000103"}


def test_of_two_rows_of_one_person_the_later_stays(take):
    take(PERSONS, PERSON, PERSON | {"full_name": "Nguyễn Thị Sau"})
    assert Person.objects.get().full_name == "Nguyễn Thị Sau"


def test_a_person_keeps_the_portrait(take, somebody):
    Person.objects.update(portrait="persons/kept.jpg")
    take(PERSONS, PERSON | {"address": "Số 2"})
    person = Person.objects.get()
    assert (person.portrait.name, person.address) == ("persons/kept.jpg", "Số 2")


def test_a_new_issue_of_a_card_is_a_row_of_its_own(take, somebody):
    take(CARDS, CARD, CARD | {"valid_from": "2027-01-01", "issued_on": "2027-01-01"})
    assert Card.objects.count() == 2


def test_in_demo_mode_real_people_are_refused(take, settings):
    settings.DEMO_MODE = True
    assert take(PERSONS, PERSON, PERSON | {"bhxh_code": "0100000001", "id_number": ""}) == [
        (3, "bhxh_code", "not_demo")
    ]


def test_stopped_in_the_middle_what_is_stored_stays_and_a_second_run_completes(take, monkeypatch):
    rows = [
        PERSON | {"bhxh_code": f"99000002{number:02d}", "id_number": f"0011909992{number:02d}"} for number in range(25)
    ]
    store, calls = feed._upsert, []

    def failing(kind, things):
        calls.append(len(things))
        if len(calls) == 2:
            raise ConnectionError
        store(kind, things)

    monkeypatch.setattr(feed, "_upsert", failing)
    with pytest.raises(ConnectionError):
        take(PERSONS, *rows, batch_size=10)
    assert Person.objects.count() == 10
    monkeypatch.setattr(feed, "_upsert", store)
    take(PERSONS, *rows, batch_size=10)
    assert Person.objects.count() == 25


def test_a_run_can_begin_at_a_line(take):
    rows = [PERSON, PERSON | {"bhxh_code": "9900000102", "id_number": "001190999102"}]
    take(PERSONS, *rows, start_line=3)
    assert Person.objects.get().bhxh_code == "9900000102"


def test_missing_and_extra_cells_and_a_byte_order_mark(tmp_path):
    path = write(tmp_path / "rows.csv", [PERSON], encoding="utf-8-sig")
    with path.open("a", encoding="utf-8") as stream:
        stream.write("9900000102,Thiếu\n" + ",".join([*PERSON.values(), "thừa"]) + "\n")
    refusals: list[feed.Refusal] = []
    result = feed.run(PERSONS, path, refuse=refusals.append)
    assert [(one.line, one.reason) for one in refusals] == [(3, "columns"), (4, "columns")]
    assert (result.read, result.stored) == (3, 1)


def test_other_encodings_are_refused_by_row(tmp_path):
    path = write(tmp_path / "rows.csv", [PERSON])
    path.write_bytes(path.read_bytes() + b"9900000102,Nguy\xe3n,1990,male,,,,,,,,\n")
    refusals: list[feed.Refusal] = []
    feed.run(PERSONS, path, refuse=refusals.append)
    assert refusals == [("rows.csv", 3, "full_name", "encoding")]


def test_refusals_are_printed_and_written_without_names_or_numbers(tmp_path):
    path = write(tmp_path / "rows.csv", [PERSON | {"sex": "?"}, PERSON])
    out, err, report = io.StringIO(), io.StringIO(), tmp_path / "report.csv"
    call_command("import_register", persons=path, report=report, stdout=out, stderr=err)
    assert report.read_text().splitlines() == ["file,line,column,reason", "rows.csv,2,sex,invalid_choice"]
    said = out.getvalue() + err.getvalue() + report.read_text()
    assert "rows.csv:2: sex invalid_choice" in said
    assert not any(PERSON[column] in said for column in ("full_name", "bhxh_code", "id_number", "phone"))


def test_only_when_nothing_could_be_read_the_command_fails(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_register", persons=tmp_path / "none.csv", stderr=io.StringIO())
    good = write(tmp_path / "rows.csv", [PERSON])
    err = io.StringIO()
    call_command("import_register", persons=good, cards=tmp_path / "none.csv", verbosity=0, stderr=err)
    assert "none.csv" in err.getvalue()
    wrong = write(tmp_path / "wrong.csv", [{"a": "b"}])
    with pytest.raises(CommandError):
        call_command("import_register", persons=wrong, stderr=io.StringIO())


def test_seeding_needs_demo_mode(settings):
    settings.DEMO_MODE = False
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_a_line_too_long_to_be_one_is_refused_and_the_next_is_taken(take) -> None:
    endless = PERSON | {"address": "x" * (csv.field_size_limit() + 1)}
    assert take(PERSONS, endless, PERSON) == [(2, "", "malformed")]
    assert Person.objects.get().address == "Số 1"
