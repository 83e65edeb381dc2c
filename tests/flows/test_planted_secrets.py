"""One long story of an account, and then: nothing secret and nobody's number is in a log, an event, a task or a URL."""

from __future__ import annotations

import logging
import re
from base64 import b32encode
from collections.abc import Iterator
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Event, Message, OneTimeCode, User
from accounts.sealing import unseal
from accounts.sms import delivery
from registration.services import review
from tests import factories
from tests.accounts import changing_phone, resetting, taking_over
from tests.accounts.authenticators import CLINIC_CODE, ENROL, SEVERAL_MINUTES, App, after_the_wait, at_the_desk
from tests.accounts.codes import newest_code
from tests.accounts.conftest import another
from tests.accounts.doors import SHEET
from tests.accounts.signing_in import CODE, WINDOWS, browser, sign_in
from tests.factories import PASSWORD
from tests.registration.walking import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker_in_memory")]

OLD_PHONE, NEW_PHONE, CCCD = "+84999000001", changing_phone.NEW_PHONE, "001085999001"
WRONG, OWN, LATEST = "planted-wrong-7731", "planted own 5519 câu", "planted latest 2208 câu"
PAPER = "/dang-nhap/chuyen-thiet-bi/ma-du-phong/"


class Story:
    """What was typed, sent, shown or kept in a cookie, and where every answer led."""

    def __init__(self) -> None:
        self.secrets = {PASSWORD, WRONG, OWN, LATEST, CODE, CCCD}
        for phone in (OLD_PHONE, NEW_PHONE):
            local = f"0{phone[3:]}"
            self.secrets |= {phone[1:], phone[3:], local, f"{local[:4]} {local[4:7]} {local[7:]}"}
        self.addresses: list[str] = []
        self.tasks: list[Any] = []

    def code(self) -> str:
        self.secrets.add(code := newest_code())
        return code

    def sheet(self, answer: Any) -> list[str]:
        shown = [code.text for code in Page(answer).all("code")]
        assert len(shown) == 10
        self.secrets.update(shown, (code.replace("-", "") for code in shown))
        return shown

    def keep(self, *clients: Client) -> None:
        """Everything in these browsers' cookies."""
        for client in clients:
            for name in client.cookies:
                self.secrets.update(part for part in re.split(r"[.-]", client.cookies[name].value) if len(part) > 6)

    def found_in(self, text: str) -> list[str]:
        return [secret for secret in self.secrets if re.search(rf"(?<![0-9]){re.escape(secret)}(?![0-9])", text)]


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Notes each address asked for and led to, each cookie that ever was, and each task as it goes to the broker."""
    told, ask = Story(), Client.request

    def request(client: Client, **wanted: Any) -> Any:
        answer = ask(client, **wanted)
        told.keep(client)
        told.addresses += [wanted["PATH_INFO"], wanted.get("QUERY_STRING", ""), answer.headers.get("Location", "")]
        return answer

    def publish(sender: str, body: Any, headers: Any, **_rest: Any) -> None:
        told.tasks.append((sender, body[0], body[1], headers["argsrepr"], headers["kwargsrepr"]))

    monkeypatch.setattr(Client, "request", request)
    before_task_publish.connect(publish)
    yield told
    before_task_publish.disconnect(publish)


def the_worker_catches_up() -> None:
    for message in Message.objects.filter(state="queued").order_by("pk"):
        delivery.deliver(message.pk)


def first_login(story: Story, client: Client) -> None:
    """Accepted at the desk; in with the password of the message, and on with an own one."""
    factories.person(CODE, id_number=CCCD)
    review.accept(factories.filed(phone=OLD_PHONE, id_number=CCCD).pk, officer=factories.officer())
    issued = re.search(r"mat khau: (\w+)", unseal(bytes(Message.objects.latest("pk").body)))
    assert issued is not None
    story.secrets.add(issued[1])
    sign_in(client, password=WRONG)
    assert sign_in(client, CCCD, issued[1]).url == "/the-bhyt/"
    assert client.post("/doi-mat-khau/", {"new_password1": OWN, "new_password2": OWN}).url == "/the-bhyt/"


def take_over(story: Story, client: Client) -> None:
    sign_in(client, password=WRONG)
    sign_in(client, password=OWN)
    taking_over.ask_for_code(client)
    code = story.code()
    taking_over.enter(client, another(code))
    assert taking_over.enter(client, code).url == "/the-bhyt/"


def change_number(story: Story, client: Client) -> None:
    changing_phone.start(client, password=WRONG)
    changing_phone.start(client, password=OWN)
    client.post(changing_phone.OLD, {"code": story.code()})
    assert client.post(changing_phone.NEW, {"code": story.code()}).url == "/tai-khoan/"


def use_paper(story: Story, client: Client, other: Client) -> None:
    client.post(SHEET, {"send": "1"})
    codes = story.sheet(client.post(SHEET, {"password": OWN, "code": story.code()}))
    sign_in(other, password=OWN)
    other.post(PAPER, {"code": f"{codes[1][:-1]}?"})
    assert other.post(PAPER, {"code": codes[0]}).url == "/the-bhyt/"


def reset(story: Story, accused: Client, client: Client) -> None:
    """«Không phải tôi», and a new password by the code to the phone; a name nobody has in between."""
    accused.get("/the-bhyt/")
    assert accused.post("/dang-nhap/khong-phai-toi/").url == resetting.ENTER
    code = story.code()
    resetting.enter(accused, another(code))
    assert resetting.enter(accused, code).url == resetting.SET
    resetting.set_new(accused, LATEST)
    resetting.ask(client, "9900000077")
    story.code()
    assert sign_in(client, password=LATEST).url == "/the-bhyt/"


def second_factor(story: Story, user: User, door: str) -> None:
    """Set up with the key shown, then by a wrong code, a right one and a printed one."""

    def come_in(code: str) -> Any:
        client = browser()
        if door == "/admin/":
            return at_the_desk(client, user.username, code)
        sign_in(client, user.username)
        return client.post(CLINIC_CODE, {"code": code})

    client = browser()
    at_the_desk(client, user.username) if door == "/admin/" else sign_in(client, user.username)
    app = App.that_scanned(Page(client.get(ENROL)))
    key = TOTPDevice.objects.get(user=user).key
    story.secrets.update((key, b32encode(app.key).decode(), app.code(), app.code(SEVERAL_MINUTES)))
    codes = story.sheet(client.post(ENROL, {"code": app.code()}))
    come_in(another(app.code()))
    after_the_wait()
    assert come_in(codes[0]).status_code == 302
    TOTPDevice.objects.update(last_t=-1)
    assert come_in(app.code()).status_code == 302


def test_no_secret_and_no_number_is_written_down_anywhere_along_the_way(
    story: Story, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    caplog.set_level(logging.DEBUG)
    phone, desktop, tablet = browser(), browser(WINDOWS), browser()
    first_login(story, phone)
    take_over(story, desktop)
    change_number(story, desktop)
    use_paper(story, desktop, tablet)
    reset(story, desktop, browser())
    second_factor(story, User.objects.get(username="canbo"), "/admin/")
    second_factor(story, factories.desk(), "/co-so-kcb/")
    the_worker_catches_up()
    for _ in range(6):
        sign_in(browser(), password=WRONG)  # a used-up limit is a line in the log

    assert len(story.secrets) > 60
    assert OneTimeCode.objects.values("purpose").distinct().count() == 5
    assert Message.objects.filter(state="delivered").count() > 12
    logged = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert re.search(r"message \d+ delivered", logged)
    assert "Too Many Requests: /dang-nhap/" in logged
    assert story.found_in(f"{logged}\n{caplog.text}") == []
    events = list(Event.objects.values("action", "object_type", "object_id", "detail"))
    assert {"session.started", "device.taken_over", "phone.changed", "recovery_codes.used", "password.reset"} <= {
        event["action"] for event in events
    }
    assert story.found_in(str(events)) == []
    assert len(story.tasks) > 12
    assert {type(argument) for _name, args, _more, *_shown in story.tasks for argument in args} == {int}
    assert story.found_in(str(story.tasks)) == []
    assert len(story.addresses) > 100
    assert story.found_in("\n".join(story.addresses)) == []
