"""The mail server and the database of places, given and given wrongly, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from tests.starting import DEMO, DEPLOYMENT, READ, assert_refused, start

pytestmark = pytest.mark.portal

SENDER = "Cổng thử <thong-bao@portal.example.vn>"
LETTERS = (
    f"{READ}; from django.core.mail import get_connection as c; "
    "print(settings.SENDS_LETTERS, settings.EMAIL_BACKEND.split('.')[-2], c().__dict__.get('timeout'))"
)
SERVER = (
    f"{READ}; s = settings; print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, "
    "s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
)


def test_without_a_mail_server_a_deployment_writes_no_letters(tree: Path) -> None:
    assert start(tree, LETTERS, **DEPLOYMENT).stdout.split()[1] == "False"


def test_letters_of_the_demo_are_files_whatever_server_is_named(tree: Path, tmp_path: Path) -> None:
    code = f"{LETTERS}; print(settings.EMAIL_FILE_PATH)"
    env = {**DEMO, "PORTAL_DATA_DIR": str(tmp_path), "EMAIL_URL": "smtp://mail.example.vn"}
    done = start(tree, code, **env)
    assert done.stdout.split() == ["read", "True", "filebased", "None", str(tmp_path / "mail")], done.stderr


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp+tls://portal:p%40ss@mail.example.vn:587", "mail.example.vn 587 portal p@ss True False"),
        ("smtp+ssl://portal:secret@mail.example.vn:465", "mail.example.vn 465 portal secret False True"),
        ("smtp://127.0.0.1", "127.0.0.1 25   False False"),
    ],
)
def test_a_mail_server_is_read_from_its_address(tree: Path, url: str, server: str) -> None:
    env = {**DEPLOYMENT, "EMAIL_URL": url, "DEFAULT_FROM_EMAIL": SENDER}
    assert start(tree, SERVER, **env).stdout == f"read\n{server}\n"
    assert start(tree, LETTERS, **env).stdout.split() == ["read", "True", "smtp", "5"]


@pytest.mark.parametrize("url", ["consolemail://", "filemail:///tmp", "https://mail.example.vn", "smtp://", "mail"])
def test_what_is_no_mail_server_is_refused(tree: Path, url: str) -> None:
    assert_refused(start(tree, **DEPLOYMENT, EMAIL_URL=url, DEFAULT_FROM_EMAIL=SENDER), "EMAIL_URL|email schema")


@pytest.mark.parametrize("sender", ["", "Cổng thử"])
def test_a_mail_server_without_a_sender_is_refused(tree: Path, sender: str) -> None:
    env = {**DEPLOYMENT, "EMAIL_URL": "smtp://mail.example.vn", "DEFAULT_FROM_EMAIL": sender}
    assert_refused(start(tree, **env), "DEFAULT_FROM_EMAIL")


@pytest.mark.parametrize("content", [None, b"", b"no database"], ids=["missing", "empty", "something else"])
def test_a_database_of_places_that_is_none_is_refused(tree: Path, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "places.mmdb"
    if content is not None:
        path.write_bytes(content)
    assert_refused(start(tree, **DEPLOYMENT, PLACES_DATABASE=str(path)), "PLACES_DATABASE")


def test_a_database_of_places_is_taken(tree: Path, tmp_path: Path) -> None:
    writer = MMDBWriter(database_type="Test-City")
    writer.insert_network(IPSet(["113.161.0.0/16"]), {"country": {"iso_code": "VN"}})
    writer.to_db_file(str(tmp_path / "places.mmdb"))
    assert start(tree, **DEPLOYMENT, PLACES_DATABASE=str(tmp_path / "places.mmdb")).stdout == "started\n"
