"""The portal as a web server calls it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from vssportal.charset import utf8_only

pytestmark = pytest.mark.django_db

CODECS = ["base64", "rot13", "zlib", "idna", "undefined", "punycode", "unicode_escape", "utf-16", "no-such"]


application = utf8_only(WSGIHandler())


def answer(path: str, content_type: str, body: bytes = b"") -> int:
    environ = RequestFactory().generic("POST" if body else "GET", path).environ
    environ.update(CONTENT_TYPE=content_type, CONTENT_LENGTH=str(len(body)), **{"wsgi.input": BytesIO(body)})
    statuses: list[str] = []
    for _part in application(environ, lambda status, headers, exc_info=None: statuses.append(status)):
        pass
    return int(statuses[0][:3])


@pytest.mark.parametrize("codec", CODECS)
def test_no_codec_a_client_names_breaks_a_page(codec: str) -> None:
    assert answer("/dang-nhap/?next=/the-bhyt/", f"text/plain; charset={codec}") == 200


@pytest.mark.parametrize(
    "content_type",
    ["x/y; x*=nosuch''a", "application/x-www-form-urlencoded; charset*=utf-8''idna", "text/plain; charset*=x''hex"],
)
def test_nor_does_any_other_way_of_naming_one(content_type: str) -> None:
    assert answer("/dang-nhap/?next=%ff", content_type) == 200


def test_a_form_in_parts_is_still_read() -> None:
    body = b'--a"b\r\nContent-Disposition: form-data; name="file_number"\r\n\r\n1\r\n--a"b--\r\n'.replace(b'"b', b"b")
    assert answer("/ho-so/", "multipart/form-data; boundary=ab", body) == 403  # read, and without a token


@pytest.mark.parametrize("codec", CODECS)
def test_nor_a_form(codec: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800\r\n--x--\r\n'
    assert answer("/dang-nhap/", f"multipart/form-data; Charset={codec}; boundary=x", body) == 403  # no token
