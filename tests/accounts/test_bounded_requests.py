"""What one request, one draft and one subscriber may ask of the portal."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from wsgiref.util import is_hop_by_hop

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connections
from django.test import Client, RequestFactory

from accounts.errors import TooManyRequests
from accounts.limits import LIMITS, client_address, hit
from accounts.middleware import LARGEST_BODY
from accounts.models import Message
from registration.models import Declaration
from tests import factories
from tests.registration.keeping import files, named_files
from tests.registration.walking import PHONE, PHOTOS, Page, pictures, stand_before, upload
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
BUSY = "Lần gửi trước của bạn còn đang được xử lý"
GUNICORN = ["-m", "gunicorn", "vssportal.wsgi:application", "--worker-class", "gthread", "--no-control-socket"]


class Unreadable(io.RawIOBase):
    """A body that must not be touched."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise AssertionError("the body was read")


def post(length: str, **extra: Any) -> Any:
    return Client().post("/dang-nhap/", CONTENT_LENGTH=length, **{"wsgi.input": Unreadable(), **extra})


@pytest.mark.parametrize("length", [LARGEST_BODY + 1, 2**31, 2**63, 10**30])
def test_a_body_larger_than_any_form_is_refused_unread(length: int) -> None:
    response = post(str(length))
    assert response.status_code == 413
    assert "12 MB" in response.content.decode()


def test_the_refusal_names_no_header_that_only_a_server_may_name() -> None:
    """PEP 3333: gunicorn drops it, and a strict server answers 500 instead."""
    assert [name for name in post(str(LARGEST_BODY + 1)).headers if is_hop_by_hop(name)] == []


@pytest.mark.parametrize(
    "length", ["-1", "+5", "abc", "1e9", "12,12", "0x10", "4 0", pytest.param("9" * 5000, id="5000 digits")]
)
def test_a_length_that_is_no_number_is_refused_unread(length: str) -> None:
    assert post(length).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "0", str(LARGEST_BODY)])
def test_what_a_form_may_weigh_is_let_through(client: Client, length: str) -> None:
    body = io.BytesIO(b"")
    response = client.post("/dang-nhap/", CONTENT_LENGTH=length, **{"wsgi.input": body})
    assert response.status_code == 200


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The portal's own web server, with the settings of the tests; its port."""
    port = free_port()
    command = [sys.executable, *GUNICORN, "--bind", f"127.0.0.1:{port}"]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until_open(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def announce(port: int, length: int) -> socket.socket:
    """A line on which a body was announced and not one byte of it sent."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    head = f"POST /dang-ky/ca-nhan/anh/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    line.sendall(head.encode())
    return line


def test_over_a_real_line_the_announcement_alone_is_answered(served: int) -> None:
    """Whoever waited for the body would wait for ever."""
    with announce(served, LARGEST_BODY + 1) as line:
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


class SlowStorage(FileSystemStorage):
    """The first upload waits here until the test has seen what happens to the second."""

    reached, go_on = threading.Event(), threading.Event()

    def _save(self, name: str, content: Any) -> str:
        self.reached.set()
        assert self.go_on.wait(20)
        return super()._save(name, content)


@pytest.fixture
def slow_storage(settings: Any) -> type[SlowStorage]:
    SlowStorage.reached.clear()
    SlowStorage.go_on.clear()
    default = {**settings.STORAGES["default"], "BACKEND": f"{__name__}.SlowStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return SlowStorage


def browser_of(draft: Declaration, **environ: Any) -> Client:
    return stand_before(Client(**environ), draft)


def upload_apart(client: Client) -> Any:
    try:
        return client.post(PHOTOS, pictures())
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_of_one_draft_at_once_the_second_is_told_to_wait_and_nothing_is_lost(
    slow_storage: type[SlowStorage],
) -> None:
    slow_storage.go_on.set()
    draft = factories.draft()
    earlier = named_files()
    slow_storage.go_on.clear()
    slow_storage.reached.clear()
    first, second = browser_of(draft), browser_of(draft)
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(upload_apart, first)
        try:
            assert slow_storage.reached.wait(20)
            page = Page(second.post(PHOTOS, pictures("portrait")))
            kept_meanwhile = named_files()
        finally:
            slow_storage.go_on.set()
        response = under_way.result(20)
    assert BUSY in page.alert
    assert kept_meanwhile == earlier
    assert response.status_code == 302
    assert draft.photos.count() == 3
    assert not named_files() & earlier
    assert files() == named_files()
    assert second.post(PHOTOS, pictures("portrait")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_another_persons_upload_does_not_wait(slow_storage: type[SlowStorage]) -> None:
    slow_storage.go_on.set()
    draft, neighbours = factories.draft(), factories.draft()
    slow_storage.go_on.clear()
    slow_storage.reached.clear()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(upload_apart, browser_of(draft))
        try:
            assert slow_storage.reached.wait(20)
            page = Page(browser_of(neighbours).post(PHOTOS, {"portrait": upload("x.jpg", b"khong phai anh")}))
        finally:
            slow_storage.go_on.set()
        under_way.result(20)
    assert BUSY not in page.html
    assert page.refusal("portrait")


@pytest.mark.django_db
def test_an_upload_that_fails_does_not_hold_up_the_next() -> None:
    client = browser_of(factories.draft())
    for _ in range(2):
        page = Page(client.post(PHOTOS, {"portrait": upload("x.jpg", b"khong phai anh")}))
        assert BUSY not in page.html
        assert page.refusal("portrait")
    assert client.post(PHOTOS, pictures()).url


@pytest.mark.django_db
def test_a_draft_takes_so_many_uploads_an_hour_whatever_the_address_and_keeps_what_it_has() -> None:
    draft, other = factories.draft(), factories.draft()
    for _ in range(LIMITS["photo.draft"].count - 1):
        hit("photo.draft", str(draft.pk))
    assert browser_of(draft).post(PHOTOS, pictures("portrait")).status_code == 302
    before = named_files()
    page = Page(browser_of(draft, REMOTE_ADDR="203.0.113.9").post(PHOTOS, pictures()))
    assert "quá nhiều lần" in page.alert
    assert named_files() == before
    assert draft.photos.count() == 3
    assert browser_of(other).post(PHOTOS, pictures("portrait")).status_code == 302


def address(remote: str, *, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:DB8:0001:0002::00AB"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
    ids=["the same /64", "written otherwise", "IPv4 over IPv6"],
)
def test_addresses_of_one_subscriber_count_as_one(one: str, other: str) -> None:
    assert address(one) == address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("203.0.113.7", "203.0.113.8"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
    ],
    ids=["the next /64", "IPv4", "IPv4 over IPv6"],
)
def test_two_subscribers_are_never_counted_as_one(one: str, other: str) -> None:
    assert address(one) != address(other)


def test_behind_a_proxy_the_subscribers_network_counts_and_odd_words_break_nothing(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert address("10.0.0.1", forwarded="2001:db8:1:2::1") == address("10.0.0.1", forwarded="2001:db8:1:2::9")
    assert address("10.0.0.1", forwarded="unknown") == "unknown"


@pytest.mark.django_db
def test_a_subscriber_who_changes_addresses_gets_no_new_codes() -> None:
    for turn in range(LIMITS["code.address"].count):
        hit("code.address", address(f"2001:db8:1:2::{turn:x}"))
    with pytest.raises(TooManyRequests):
        hit("code.address", address("2001:db8:1:2::ffff"))
    refused = Page(Client(REMOTE_ADDR="2001:db8:1:2:a:b:c:d").post(PHONE, {"phone": "0999000001"}))
    assert "quá nhiều lần" in refused.refusal("phone")
    assert not Message.objects.exists()
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").post(PHONE, {"phone": "0999000001"}).status_code == 302
    assert Message.objects.count() == 1
