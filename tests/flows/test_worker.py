"""A real Celery worker on a real Valkey: what happens to a message while things die around it."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.running import Portal, running_portal
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.portal,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the worker in /proc"),
]


def ask_for_code(portal: Portal, phone: str) -> None:
    """What a browser does on the page of the phone number."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    address = f"{portal.url}/dang-ky/ca-nhan/"
    page = opener.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "phone": phone}).encode()
    assert opener.open(address, form).url.endswith("/dang-ky/ca-nhan/ma/")


def messages_to(portal: Portal, phone: str) -> list[dict[str, str]]:
    return [row for row in portal.inbox() if row["to"] == phone]


def test_a_message_outlives_the_worker_the_broker_and_the_portal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_portal(data) as portal:
        ask_for_code(portal, "0912345601")
        wait_for(lambda: messages_to(portal, "+84912345601")[0]["status"] == "delivered", within=20)

        os.kill(portal.child("worker"), signal.SIGSTOP)
        ask_for_code(portal, "0912345602")
        time.sleep(1)
        assert [(row["status"], row["text"]) for row in messages_to(portal, "+84912345602")] == [("queued", "")]
        os.kill(portal.child("worker"), signal.SIGKILL)
        wait_for(lambda: messages_to(portal, "+84912345602")[0]["status"] == "delivered", within=40)
        assert len(messages_to(portal, "+84912345602")) == 1

        worker = portal.child("worker")
        os.kill(worker, signal.SIGSTOP)
        ask_for_code(portal, "0912345603")
        portal.process.kill()
        os.kill(worker, signal.SIGKILL)
    with running_portal(data) as portal:
        wait_for(lambda: messages_to(portal, "+84912345603")[0]["status"] == "delivered", within=60)
        assert "la ma xac nhan" in messages_to(portal, "+84912345603")[0]["text"]
