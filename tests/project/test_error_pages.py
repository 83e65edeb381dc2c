"""Every way the portal says no: a page that tells what happened and where to go on, and one line in the log."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from accounts import limits
from registration.models import Declaration
from tests import factories
from tests.project.guarding import assert_guarded
from tests.registration.walking import Page
from vssportal import settings as production
from vssportal.refusals import RefusalsInOneLine

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
DESK = "/admin/"
MALFORMED = {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary="}
ASK_WITH_A_BROKEN_DATABASE = """
import django; django.setup()
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
client.cookies["sessionid"] = "a" * 32
for path in ("/", "/the-bhyt/", "/khong-co-trang-nay/", "/dang-xuat/", "/admin/"):
    response = client.get(path)
    print(path, response.status_code, "Trang đang gặp sự cố" in response.content.decode())
"""


@pytest.fixture
def filed() -> Declaration:
    factories.person(id_number="001085999001")
    return factories.filed()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own log handler writes."""
    handlers = [one for one in logging.root.handlers if any(isinstance(f, RefusalsInOneLine) for f in one.filters)]
    (handler,) = handlers
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    if before is not None:
        handler.setStream(before)


def ways_on(response: Any) -> list[str]:
    """Where the buttons of the page's main part lead."""
    page = Page(response)
    return [a["href"] for a in page.all("a") if "button" in (a.get("class") or "")]


def assert_refused(response: Any, status: int, words: str) -> Page:
    """A page of ours, in Vietnamese, kept by nobody, with at least one way on that opens."""
    assert response.status_code == status
    page = Page(response)
    assert [h.text for h in page.all("h1")] == [words]
    assert page.all("html", lang="vi")
    assert page.all("link", rel="stylesheet")
    assert len([a for a in page.all("a") if "data-primary" in a.attributes]) == 1
    assert "no-store" in response.headers["Cache-Control"]
    assert_guarded(response)
    return page


def test_an_address_that_is_none_offers_the_doors() -> None:
    client = Client()
    answer = client.get("/khong-co-trang-nay/")
    assert_refused(answer, 404, "Không có trang này")
    assert ways_on(answer) == ["/", "/ho-so/", "/dang-nhap/"]
    for way in ways_on(answer):
        assert client.get(way).status_code == 200


def test_a_citizen_is_led_back_to_the_card_and_not_to_the_login() -> None:
    client = factories.signed_in(factories.citizen(factories.person()))
    answer = client.get("/khong-co-trang-nay/")
    assert_refused(answer, 404, "Không có trang này")
    assert ways_on(answer)[0] == "/the-bhyt/"
    assert "/dang-nhap/" not in ways_on(answer)


def test_a_clinic_is_led_back_to_its_check() -> None:
    answer = factories.signed_in(factories.desk()).get("/khong-co-trang-nay/")
    page = assert_refused(answer, 404, "Không có trang này")
    (primary,) = [a for a in page.all("a") if "data-primary" in a.attributes]
    assert primary.text == "Kiểm tra thẻ"
    assert ways_on(answer) == ["/co-so-kcb/"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("khong-co/", 404, "Không có trang này"),
        ("registration/declaration/999999/change/", 404, "Không có trang này"),
        ("accounts/user/", 403, "Bạn không xem được trang này"),
        ("registration/declaration/?bhxh_code__regex=9", 400, "Yêu cầu chưa đọc được"),
    ],
)
def test_an_officer_stays_at_the_desk(filed: Declaration, log: io.StringIO, path: str, status: int, words: str) -> None:
    client = factories.signed_in(factories.officer())
    answer = client.get(DESK + path.format(pk=filed.pk))
    assert_refused(answer, status, words)
    assert ways_on(answer) == [DESK]
    assert client.get(DESK).status_code == 200
    assert "Traceback" not in log.getvalue()
    assert 'File "' not in log.getvalue()


def test_a_refusal_is_written_down_as_one_line_without_anything_of_a_person(
    filed: Declaration, log: io.StringIO
) -> None:
    client = factories.signed_in(factories.officer())
    client.get(f"{DESK}accounts/person/?q={filed.bhxh_code}")
    (line,) = log.getvalue().splitlines()
    assert line.endswith("/admin/accounts/person/")
    assert filed.bhxh_code not in line


def test_what_breaks_is_still_written_down_with_its_places(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.sms.texts.one_time_code", None)
    answer = Client(raise_request_exception=False).get("/")
    assert_refused(answer, 500, "Trang đang gặp sự cố")
    assert 'File "' in log.getvalue()


def test_a_break_at_the_desk_leads_back_to_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registration.selectors.waiting_files", None)
    client = factories.signed_in(factories.officer(), Client(raise_request_exception=False))
    answer = client.get(DESK)
    assert_refused(answer, 500, "Trang đang gặp sự cố")
    assert ways_on(answer) == [DESK]


@pytest.mark.parametrize("path", ["/dang-xuat/", "/hop-thu-sms/"])
def test_the_wrong_way_to_an_address_is_a_page_that_keeps_its_header(path: str, settings: Any) -> None:
    settings.DEMO_MODE = True
    client = Client()
    answer = client.get(path) if path == "/dang-xuat/" else client.post(path)
    assert_refused(answer, 405, "Không mở thẳng được địa chỉ này")
    assert answer.headers["Allow"] == ("POST" if path == "/dang-xuat/" else "GET, HEAD")


def test_a_page_open_too_long_offers_the_page_it_came_from() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/dang-xuat/", headers={"Referer": "http://testserver/ho-so/?x=1"})
    assert_refused(answer, 403, "Trang đã mở quá lâu")
    assert ways_on(answer)[0] == "http://testserver/ho-so/?x=1"


@pytest.mark.parametrize(
    ("path", "second", "lost"), [("/dang-nhap/", "/", False), ("/dang-ky/ca-nhan/anh/", "/", True), (DESK, DESK, False)]
)
def test_a_page_open_too_long_promises_only_what_was_stored(path: str, second: str, lost: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path)
    page = assert_refused(answer, 403, "Trang đã mở quá lâu")
    words = page.all("main")[0].text
    assert "Lần gửi vừa rồi chưa được ghi nhận; những gì đã lưu trước đó vẫn giữ nguyên." in words
    assert ("Ảnh vừa chọn thì chọn lại." in words) == lost
    assert ways_on(answer) == [path, second]


def test_the_desk_is_what_lies_below_its_address_and_not_what_mentions_it() -> None:
    assert ways_on(Client().get("/khong-co/admin/")) == ["/", "/ho-so/", "/dang-nhap/"]


@pytest.mark.parametrize("referer", ["https://evil.example/", "javascript:alert(1)", "", "//evil.example/"])
def test_a_page_open_too_long_never_offers_another_host(referer: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/dang-nhap/", headers={"Referer": referer} if referer else {})
    assert ways_on(answer)[0] == "/dang-nhap/"


def test_a_request_that_cannot_be_read_is_a_page() -> None:
    client = Client()
    assert_refused(client.post("/dang-nhap/", **MALFORMED), 400, "Yêu cầu chưa đọc được")
    many = {f"x{number}": "1" for number in range(200)}
    assert_refused(client.post("/dang-nhap/", many), 400, "Yêu cầu chưa đọc được")


def test_a_host_that_is_not_ours_is_a_page_and_one_line(log: io.StringIO) -> None:
    assert_refused(Client().get("/", headers={"Host": "evil.example"}), 400, "Yêu cầu chưa đọc được")
    assert 'File "' not in log.getvalue()


def test_a_file_too_large_for_any_form_leads_back_to_the_photos() -> None:
    answer = Client().post("/dang-ky/ca-nhan/anh/", CONTENT_LENGTH=str(2**40))
    assert answer.status_code == 413
    assert ways_on(answer) == ["/dang-ky/ca-nhan/anh/"]
    elsewhere = Client().post("/dang-nhap/", CONTENT_LENGTH=str(2**40))
    assert ways_on(elsewhere)[0] == "/"


def test_too_many_tries_at_the_desks_door_say_when_to_come_back() -> None:
    client = Client()
    typed = {"username": "canbo", "password": "sai"}
    answers = [client.post("/admin/login/", typed) for _ in range(limits.LIMITS["login.name"].count + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "thử quá nhiều lần" in Page(answers[-1]).alert


def test_health_answers_stay_plain() -> None:
    answer = Client().get("/healthz")
    assert (answer.content, answer.headers.get("Cache-Control")) == (b"ok", None)


def test_with_the_database_gone_every_page_is_the_plain_one(tmp_path: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PORTAL_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/no-such-folder/portal.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-c", ASK_WITH_A_BROKEN_DATABASE]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == 5
    for answer in answers:
        assert answer.endswith(" 500 True"), answers


def test_the_plain_page_finds_its_dress_among_the_collected_files(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a deployment serves it: hashed names in a manifest, and the plain name beside them."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": production.STORAGES["staticfiles"]}
    call_command("collectstatic", interactive=False, verbosity=0)
    monkeypatch.setattr("accounts.sms.texts.one_time_code", None)
    client = Client(raise_request_exception=False)
    page = assert_refused(client.get("/"), 500, "Trang đang gặp sự cố")
    links = [link["href"] for link in page.all("link")]
    assert links == ["/static/css/portal.css", "/static/img/emblem.svg"]
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert answer.getvalue()


def test_the_pages_of_refusal_have_no_sentence_of_django() -> None:
    with override("vi"):
        for path in ("/khong-co-trang-nay/", "/dang-xuat/"):
            words = " ".join(element.text for element in Page(Client().get(path)).all("main"))
            for english in ("Not Found", "Forbidden", "Bad Request", "Server Error", "CSRF"):
                assert english not in words


@pytest.mark.parametrize(
    "path", ["accounts/province/a%00/change/", "accounts/person/?q=%00", "accounts/user/?kind=%00"]
)
def test_a_value_that_no_column_can_hold_is_no_failure_of_ours(path: str) -> None:
    client = factories.signed_in(factories.officer("quantri", office=None, is_superuser=True))
    assert client.get(DESK + path).status_code in (200, 302, 400)
