"""Walks the declaration's pages as a browser does, and reads what came back as a screen reader would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import Message
from accounts.sealing import unseal
from registration.models import Declaration
from registration.views.drafts import work_on
from registration.views.rights import note_proof
from tests.factories import jpeg, office, ward

PHONE, CODE, IDENTITY, PHOTOS, ADDRESS, CHECK, DONE = (
    f"/dang-ky/ca-nhan/{page}" for page in ("", "ma/", "thong-tin/", "anh/", "dia-chi/", "kiem-tra/", "xong/")
)
TRACK = "/ho-so/"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle"}

ANSWERS = {
    "full_name": "Nguyễn Văn Mẫu",
    "bhxh_code": "9900000001",
    "birth_date": "15/08/1985",
    "sex": "male",
    "id_kind": "cccd",
    "id_number": "001085999001",
}
NO_PHOTO = b"day khong phai la anh"
AGREED = {"consent": "on", "commitment": "on"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: list[Element]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)


class Page(HTMLParser):
    """Every element of a page, in order."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.html = response.content.decode()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items()]

    def controls(self, name: str) -> list[Element]:
        return [e for e in self.elements if e.tag in {"input", "select", "textarea"} and e.get("name") == name]

    def value(self, name: str) -> str:
        """What the control holds, as the browser would send it."""
        controls = self.controls(name)
        first = controls[0]
        if first.tag == "select":
            chosen = [o for o in self.options(name) if "selected" in o.attributes]
            return chosen[0]["value"] if chosen else ""
        if first.get("type") in {"radio", "checkbox"}:
            return next((e.get("value") or "on" for e in controls if "checked" in e.attributes), "")
        return first.get("value") or first.text

    def options(self, name: str) -> list[Element]:
        (select,) = self.controls(name)
        return [e for e in self.elements if e.tag == "option" and select in e.inside]

    @property
    def alert(self) -> str:
        return " ".join(e.text for e in self.elements if e.get("role") == "alert")

    @property
    def status(self) -> str:
        return " ".join(e.text for e in self.elements if e.get("role") == "status")

    def refusal(self, name: str) -> str:
        """The sentence at a refused field; fails unless it is marked, described, and in the summary that leads here."""
        controls = self.controls(name)
        assert controls, f"no field {name}"
        for control in controls:
            assert control.get("aria-invalid") == "true", f"{name} is not marked as refused"
        ids = (controls[0].get("aria-describedby") or "").split()
        described = [e for wanted in ids for e in self.elements if e.get("id") == wanted]
        assert len(described) == len(ids) > 0, f"{name} is described by what is not there: {ids}"
        (error,) = [e for e in described if "error" in (e.get("class") or "")]
        sentence = error.text.removeprefix("Lỗi:").strip()
        assert sentence in self.alert
        links = [e["href"].lstrip("#") for e in self.all("a") if any(i.get("role") == "alert" for i in e.inside)]
        assert controls[0]["id"] in links, f"the summary does not lead to {name}"
        return sentence

    def is_refused(self, name: str) -> bool:
        return any(control.get("aria-invalid") == "true" for control in self.controls(name))


def newest_text(to: str) -> str:
    return unseal(bytes(Message.objects.filter(to=to).latest("pk").body))


def newest_code(to: str = "+84999000001") -> str:
    return re.search(r"\d{6}", newest_text(to))[0]


def open_draft(client: Client, phone: str = "+84999000001") -> Declaration:
    client.post(PHONE, {"phone": phone})
    assert client.post(CODE, {"code": newest_code(phone)}).url == IDENTITY
    return Declaration.objects.latest("pk")


def stand_before(client: Client, draft: Declaration) -> Client:
    """This browser as after the right code: it has proved the draft's phone, and works on the draft."""
    session = client.session
    note_proof(session, str(draft.phone))
    work_on(session, draft)
    session.save()
    return client


def upload(name: str = "anh.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content, content_type="image/jpeg")


def pictures(*kinds: str) -> dict[str, SimpleUploadedFile]:
    return {kind: upload() for kind in kinds or ("portrait", "id_front", "id_back")}


def places(**changes: Any) -> dict[str, str]:
    here = ward()
    return {
        "province": here.province_id,
        "ward": here.pk,
        "address": "Số 12",
        "office": office().pk,
        "email": "",
        **changes,
    }


def fill(client: Client, **answers: str) -> Declaration:
    """A draft with every page filled, the check page next."""
    draft = open_draft(client)
    client.post(IDENTITY, {**ANSWERS, **answers})
    kinds = ("portrait", "id_front") if answers.get("id_kind") == "passport" else ("portrait", "id_front", "id_back")
    client.post(PHOTOS, pictures(*kinds))
    assert client.post(ADDRESS, places()).url == CHECK
    draft.refresh_from_db()
    return draft
