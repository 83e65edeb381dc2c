"""Where a browser was first used, with a database of places (made here) and without one."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from accounts import places
from accounts.models import Device

HANOI, HUE, ABROAD, LONG, NAMELESS, NOWHERE = (
    "113.161.1.2",
    "113.162.1.2",
    "8.8.8.8",
    "9.9.9.9",
    "14.1.1.1",
    "1.1.1.1",
)
IN_VIETNAM = {"iso_code": "VN", "names": {"en": "Vietnam"}}
RECORDS: dict[str, dict[str, Any]] = {
    HANOI: {"country": IN_VIETNAM, "subdivisions": [{"names": {"en": "Hanoi"}}], "city": {"names": {"en": "Ba Dinh"}}},
    HUE: {"country": IN_VIETNAM, "city": {"names": {"en": "Hue", "vi": "Thành phố  Huế"}}},
    ABROAD: {
        "country": {"iso_code": "FR", "names": {"en": "France", "vi": "Pháp"}},
        "subdivisions": [{"names": {"en": "Brittany"}}],
    },
    LONG: {"country": {"iso_code": "GB", "names": {"en": "K" * 40}}, "city": {"names": {"en": "L" * 40}}},
    NAMELESS: {"country": {"iso_code": "VN"}, "subdivisions": [], "city": "?"},
}


@pytest.fixture
def database(tmp_path: Path, settings) -> Path:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-City")
    for address, record in RECORDS.items():
        writer.insert_network(IPSet([f"{address}/32"]), record)
    writer.insert_network(IPSet(["2405:4800::/32"]), RECORDS[HANOI])
    path = tmp_path / "places.mmdb"
    writer.to_db_file(str(path))
    settings.PLACES_DATABASE = str(path)
    return path


@pytest.fixture(autouse=True)
def no_database(settings) -> None:
    settings.PLACES_DATABASE = ""


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("113.161.77.88", "mạng 113.161.x.x"),
        ("::ffff:113.161.77.88", "mạng 113.161.x.x"),
        ("2405:4800:1:2::3", "mạng 2405:4800:x:x"),
        ("2a00::1", "mạng 2a00:0:x:x"),
        ("127.0.0.1", "mạng nội bộ"),
        ("::1", "mạng nội bộ"),
        ("10.1.2.3", "mạng nội bộ"),
        ("192.168.1.20", "mạng nội bộ"),
        ("100.64.0.9", "mạng nội bộ"),
        ("fd00::5", "mạng nội bộ"),
        ("fe80::1%eth0", "mạng nội bộ"),
    ],
)
def test_without_a_database_the_network_is_named_and_never_the_whole_address(address: str, place: str) -> None:
    assert places.place_of(address) == place


@pytest.mark.parametrize("address", ["", "unknown", "113.161.77", "113.161.77.88:443", "' or 1=1", "x" * 10_000])
def test_what_is_no_address_has_no_place(address: str) -> None:
    assert places.place_of(address) == ""


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("address", "place"),
    [
        (HANOI, "Hà Nội, Việt Nam"),
        (f"::ffff:{HANOI}", "Hà Nội, Việt Nam"),
        ("2405:4800::7", "Hà Nội, Việt Nam"),
        (HUE, "Huế, Việt Nam"),
        (ABROAD, "Brittany, Pháp"),
        (NAMELESS, "Việt Nam"),
        (NOWHERE, "mạng 1.1.x.x"),
        ("127.0.0.1", "mạng nội bộ"),
        ("192.168.1.20", "mạng nội bộ"),
    ],
)
def test_a_database_names_the_province_in_vietnamese(address: str, place: str) -> None:
    assert places.place_of(address) == place


@pytest.mark.usefixtures("database")
def test_a_place_fits_its_column() -> None:
    place = places.place_of(LONG)
    assert place == f"{'L' * 40}, {'K' * 18}"
    assert len(place) == Device._meta.get_field("place").max_length


@pytest.mark.parametrize(
    ("database_says", "people_write"),
    [
        ("Hanoi", "Hà Nội"),
        ("Ho Chi Minh City", "Hồ Chí Minh"),
        ("Hai Phong", "Hải Phòng"),
        ("Haiphong", "Hải Phòng"),
        ("Thua Thien-Hue Province", "Thừa Thiên Huế"),
        ("Tinh Ba Ria-Vung Tau", "Bà Rịa - Vũng Tàu"),
        ("Dak Lak", "Đắk Lắk"),
        ("Tỉnh Hà Tĩnh", "Hà Tĩnh"),
        ("Bac Kan", "Bắc Kạn"),
        ("Xa Lạ", "Xa Lạ"),
        ("", ""),
    ],
)
def test_names_without_marks_get_theirs_back(database_says: str, people_write: str) -> None:
    assert places._with_marks(database_says) == people_write


def test_a_database_is_opened_once(database: Path) -> None:
    places._reader.cache_clear()
    for _ in range(3):
        places.place_of(HANOI)
    assert places._reader.cache_info().misses == 1


def test_a_database_of_ipv4_alone_is_no_obstacle_to_ipv6(tmp_path: Path, settings) -> None:
    writer = MMDBWriter(ip_version=4, database_type="Test-City")
    writer.insert_network(IPSet([f"{HANOI}/32"]), RECORDS[HANOI])
    writer.to_db_file(str(tmp_path / "four.mmdb"))
    settings.PLACES_DATABASE = str(tmp_path / "four.mmdb")
    assert places.place_of(HANOI) == "Hà Nội, Việt Nam"
    assert places.place_of("2405:4800:1:2::3") == "mạng 2405:4800:x:x"


@pytest.mark.parametrize("content", [None, b"", b"no database", b"\x00" * 4096])
def test_a_database_that_was_lost_or_spoilt_since_the_start_keeps_nobody_out(
    tmp_path: Path, settings, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    caplog.set_level(logging.WARNING)
    path = tmp_path / "spoilt.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.PLACES_DATABASE = str(path)
    assert places.place_of(HANOI) == "mạng 113.161.x.x"
    assert "no place from the database" in caplog.text
    assert HANOI not in caplog.text


def test_bytes_changed_anywhere_in_a_database_never_raise(database: Path, tmp_path: Path, settings) -> None:
    whole = database.read_bytes()
    for at in range(0, len(whole), 3):
        spoilt = tmp_path / f"spoilt-{at}.mmdb"
        spoilt.write_bytes(whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :])
        settings.PLACES_DATABASE = str(spoilt)
        assert len(places.place_of(HANOI)) <= places.LONGEST
