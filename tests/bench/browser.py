"""A browser at a WSGI application: keeps its cookies, fills in forms, and knows what its requests cost."""

from __future__ import annotations

import gzip
import io
import re
import time
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.core.handlers.wsgi import WSGIHandler

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
ORIGIN = "http://127.0.0.1:8000"
HEADERS = {
    "HTTP_HOST": "127.0.0.1:8000",
    "HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 8.1.0; SM-J260G) AppleWebKit/537.36 Chrome/106.0.0.0 Mobile",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate",
    "HTTP_ACCEPT_LANGUAGE": "vi,en;q=0.5",
    "SCRIPT_NAME": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class Answer(NamedTuple):
    """`body` is uncompressed."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def location(self) -> str:
        return dict(self.headers).get("Location", "")


class Browser:
    """`cpu` and `wall` are the application's seconds since `reset`: reading forms and cookies is not its work."""

    def __init__(self, application: WSGIHandler) -> None:
        self.application = application
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.reset()

    def reset(self) -> None:
        self.cpu = self.wall = 0.0

    def get(self, path: str, *, expect: int = HTTPStatus.OK) -> Answer:
        answer = self._send("GET", path, b"", expect)
        found = TOKEN.search(answer.body)
        self.token = found[1].decode() if found else ""
        return answer

    def post(self, path: str, data: dict[str, str], *, expect: int = HTTPStatus.FOUND) -> Answer:
        """With the token of the form it was shown last."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **data}).encode()
        return self._send("POST", path, body, expect)

    def _send(self, method: str, path: str, body: bytes, expect: int) -> Answer:
        parts = urlsplit(path)
        environ = {**HEADERS, "REQUEST_METHOD": method, "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        environ |= {"wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO()}
        if method == "POST":
            environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
            environ["HTTP_ORIGIN"] = ORIGIN
        answer = self._ask(environ)
        if answer.status != expect:
            raise RuntimeError(f"{method} {path}: {answer.status} instead of {int(expect)}")
        return answer

    def _ask(self, environ: dict[str, Any]) -> Answer:
        said: list[Any] = []
        wall, cpu = time.perf_counter(), time.process_time()
        response = self.application(environ, lambda status, headers: said.extend((status, headers)))
        body = b"".join(response)
        response.close()
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall
        status, headers = said
        self._keep_cookies(headers)
        is_compressed = ("Content-Encoding", "gzip") in headers
        return Answer(int(status[:3]), headers, gzip.decompress(body) if is_compressed else body)

    def _keep_cookies(self, headers: list[tuple[str, str]]) -> None:
        for cookie in (SimpleCookie(value) for name, value in headers if name == "Set-Cookie"):
            for name, morsel in cookie.items():
                self.cookies[name] = morsel.value
                if str(morsel["max-age"]) == "0":
                    del self.cookies[name]
