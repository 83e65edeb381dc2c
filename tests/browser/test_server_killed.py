"""The server is killed at every step of a declaration, and the citizen goes on where they were."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import UU
from tests.browser.visitors import Visitors
from tests.browser.walking import REGISTER, code_sent, pick, press, primary
from tests.registration.pictures import id_back_bytes, id_front_bytes, portrait_bytes
from tests.running import Portal, running_portal
from tests.servers import free_port
from tests.waiting import wait_for

pytestmark = pytest.mark.browser


class Machine:
    """A portal that loses its power and gets it back, at one address and with one disk."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        self.data, self.stack, self.port = data, stack, free_port()
        self.portal = self._start()

    def lose_power(self) -> None:
        """Everything ends at once, without a word, and is started again."""
        web = self.portal.child("gunicorn")
        servers = [web, *_workers(web)]
        self.portal.process.kill()
        for server in servers:
            os.kill(server, signal.SIGKILL)
        wait_for(lambda: not any(Path(f"/proc/{server}").exists() for server in servers))
        self.portal = self._start()

    def lose_workers(self) -> None:
        """Those that answer pages die, as the kernel kills them when memory runs out; others take their place."""
        web = self.portal.child("gunicorn")
        before = _workers(web)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        wait_for(lambda: len(_workers(web) - before) == len(before))

    def _start(self) -> Portal:
        return self.stack.enter_context(running_portal(self.data, port=self.port))


def _workers(web: int) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path / "data", stack)


def test_a_declaration_is_finished_though_the_server_dies_at_every_step(chromium: Browser, machine: Machine) -> None:
    visitors = Visitors(chromium, machine.portal.url)
    page = visitors.new_page(javascript=True)
    page.goto("/dang-ky/ca-nhan/")
    page.locator("[name=phone]").fill(UU.phone)
    machine.lose_workers()
    primary(page)
    code = code_sent(machine.portal, REGISTER, to=UU.phone)

    page.locator("[name=code]").fill(code)
    machine.lose_power()
    primary(page)
    for name in ("full_name", "birth_date", "id_number"):
        page.locator(f"[name={name}]").fill(getattr(UU, name))
    page.locator("[name=bhxh_code]").fill(UU.code)
    for name in ("sex", "id_kind"):
        page.locator(f"[name={name}][value={getattr(UU, name)}]").check()
    machine.lose_workers()
    primary(page)

    pick(page, "portrait", portrait_bytes())
    machine.lose_workers()
    pick(page, "id_front", id_front_bytes())
    pick(page, "id_back", id_back_bytes())
    expect(page.locator(".photo-slot img")).to_have_count(3)
    machine.lose_power()
    primary(page)

    page.locator("[name=province]").select_option("01")
    press(page, page.locator("[name=choose_province]"))
    page.locator("[name=ward]").select_option("00004")
    page.locator("[name=address]").fill("Số 9")
    page.locator("[name=office]").select_option("00101")
    machine.lose_workers()
    primary(page)

    expect(page.locator(".summary-list img")).to_have_count(3)
    for answer in (UU.full_name, UU.birth_date, UU.id_number, "Số 9"):
        expect(page.get_by_text(answer, exact=True)).to_be_visible()
    page.locator("[name=consent]").check()
    page.locator("[name=commitment]").check()
    machine.lose_workers()
    primary(page)
    number = page.locator("[data-file-number]").inner_text()
    machine.lose_power()
    page.reload()
    assert page.locator("[data-file-number]").inner_text() == number
    assert machine.portal.text(r"ma ho so (\S+)\.", to=UU.phone)[1] == number.replace(" ", "")
    # A page that asks how its message is doing meets nobody while the power is gone.
    visitors.faults = [fault for fault in visitors.faults if "ERR_CONNECTION_REFUSED" not in fault]
    visitors.leave()
