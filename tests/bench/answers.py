"""Whether an answer tells what exists: asked in turn of something there is and of something there is not.

Each try comes from a browser that knows nothing yet, with every limit unused.
Elapsed time counts, since that is what a stranger sees. Ratios belong within
0.95 and 1.05; two answers that differ in a byte end the run.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from http import HTTPStatus

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler

from tests.bench import logins
from tests.bench.browser import TOKEN, Answer, Browser
from tests.bench.harness import Benchmark

TRIES = 500
# The time of day, and the length of a compressed page with a token in it.
CHANGING = {"Set-Cookie", "Content-Length", "Expires"}


class Difference(RuntimeError):
    """The two questions were answered differently."""


def comparison(
    name: str, page: str, existing: dict[str, str], unknown: dict[str, str], *, then: str | None = None
) -> Benchmark:
    """`page` asked with two sets of fields of the same lengths; `then` is the page a right form leads on to."""
    application, seen = logins.ours(), list[str]()
    # What was typed comes back in the page.
    echoes = re.compile("|".join(map(re.escape, [*existing.values(), *unknown.values()])).encode())

    def asking(fields: dict[str, str]) -> Callable[[], float]:
        def call() -> float:
            milliseconds, answers = _ask(application, page, fields, then)
            seen.append("".join(_compared(answer, echoes) for answer in answers))
            if seen[-1] != seen[0]:
                raise Difference("\n".join(difflib.unified_diff(seen[0].splitlines(), seen[-1].splitlines(), n=0)))
            del seen[1:]
            return milliseconds

        return call

    return Benchmark(
        name=name,
        unit="ms",
        ours=asking(existing),
        reference=asking(unknown),
        clock="returned",
        rounds=TRIES,
    )


def _ask(application: WSGIHandler, page: str, fields: dict[str, str], then: str | None) -> tuple[float, list[Answer]]:
    cache.clear()
    browser = Browser(application)
    browser.get(page)
    browser.reset()
    answers = [browser.post(page, fields, expect=HTTPStatus.FOUND if then else HTTPStatus.OK)]
    if then:
        answers.append(browser.get(then))
    return browser.wall * 1e3, answers


def _compared(answer: Answer, echoes: re.Pattern[bytes]) -> str:
    headers = [f"{name}: {value}" for name, value in answer.headers if name not in CHANGING]
    cookies = [value.partition("=")[0] for name, value in answer.headers if name == "Set-Cookie"]
    body = echoes.sub(b"", TOKEN.sub(b"", answer.body)).decode()
    return "\n".join([str(answer.status), *headers, *cookies, body])
