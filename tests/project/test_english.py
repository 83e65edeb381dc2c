"""The other language: who gets it, where it reaches, that nothing of it is missing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from accounts import browsers, places
from accounts.models import Device, Message
from accounts.sealing import unseal
from accounts.services import notices
from registration.models import Declaration
from registration.services import handovers
from tests import factories
from tests.project.access_table import TABLE
from tests.project.populated import populated
from tests.project.source_messages import entries, source_messages
from tests.registration.walking import (
    ADDRESS,
    AGREED,
    ANSWERS,
    CHECK,
    CODE,
    IDENTITY,
    PHONE,
    PHOTOS,
    TRACK,
    Page,
    fill,
    newest_text,
    open_draft,
)

pytestmark = pytest.mark.django_db

COOKIE = settings.LANGUAGE_COOKIE_NAME
CHOOSE = "/ngon-ngu/"
MARKED = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
VIETNAMESE = re.compile(rf"[\w ]*[{MARKED}][\w ]*", re.IGNORECASE)
# What is called so in every language, and what the pages of the tests show of the people and places in them.
NAMES = [
    *(
        "Tiếng Việt",
        "Nguyễn Văn Mẫu",
        "Số 12",
        "Bảo hiểm xã hội cơ sở Ba Đình",
        "Phường Ba Đình",
        "Ba Đình",
        "Ngọc Hà",
        "Phường",
    ),
    "BHTNLĐ",
    *("Thành phố Hà Nội", "Hà Nội", "Hà Nam", "Hoàn Kiếm", "Bệnh viện Thử", "Bệnh viện Khác", "Hộ gia đình"),
]


def english() -> Client:
    client = Client()
    client.cookies[COOKIE] = "en"
    return client


def vietnamese_on(response: Any) -> list[str]:
    """What of a page is still Vietnamese and does not say so: read, said beside it, or in its head."""
    page = Page(response)
    so_called = [one for one in page.elements if one.get("lang") == "vi"]
    scripts = "".join(word for script in page.all("script") for word in script.words)
    others = [e for e in page.elements if not any(one in so_called for one in e.inside)]
    said = [e.attributes[name] for e in others for name in ("alt", "title", "aria-label") if name in e.attributes]
    text = " | ".join([*(e.text for e in page.all("title") + page.all("body")), *said]).replace(scripts, "")
    for name in [*(e.text for e in so_called), *NAMES]:
        text = text.replace(name, "")
    return VIETNAMESE.findall(text)


# --- Who gets it ----------------------------------------------------------------------------------------
def test_the_button_changes_the_language_and_leads_back() -> None:
    client = Client()
    answer = client.post(CHOOSE, {"language": "en"}, headers={"referer": "http://testserver/ho-so/"})
    assert (answer.status_code, answer.url) == (302, "http://testserver/ho-so/")
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["samesite"], bool(cookie["httponly"])) == ("en", "Lax", True)
    page = client.get(TRACK)
    assert page.headers["Content-Language"] == "en"
    assert "Cookie" in page.headers["Vary"]
    assert Page(page).all("html", lang="en")
    (button,) = [e for e in Page(page).all("button") if e.get("name") == "language"]
    assert (button["value"], button["lang"], button.text) == ("vi", "vi", "Tiếng Việt")
    client.post(CHOOSE, {"language": "vi"})
    assert Page(client.get(TRACK)).all("html", lang="vi")


def test_what_the_browser_prefers_is_not_asked() -> None:
    page = Client().get("/", headers={"accept-language": "en-US,en;q=0.9"})
    assert Page(page).all("html", lang="vi")


@pytest.mark.parametrize("value", ["fr", "", "en-US", "../en", "x" * 4000])
def test_a_language_we_do_not_have_is_vietnamese(value: str) -> None:
    client = Client()
    client.cookies[COOKIE] = value
    assert Page(client.get("/")).all("html", lang="vi")


def test_one_visitors_language_is_not_the_next_ones() -> None:
    assert Page(english().get("/")).all("html", lang="en")
    assert Page(Client().get("/")).all("html", lang="vi")
    too_large = Client().generic("POST", "/", headers={"content-length": "9" * 9})
    assert Page(too_large).all("html", lang="vi")
    assert vietnamese_on(english().generic("POST", "/", headers={"content-length": "9" * 9})) == []


def test_the_button_leads_to_nobody_elses_page() -> None:
    for elsewhere in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        answer = Client().post(CHOOSE, {"language": "en", "next": elsewhere})
        assert answer.url == "/"
        assert Client().post(CHOOSE, {"language": "en"}, headers={"referer": elsewhere}).url == "/"


def test_there_is_no_button_where_it_would_lose_what_stands_there() -> None:
    """What answers a POST is not there to come back to: a refused form, codes that are shown once."""
    client = Client()
    assert "language" in [e.get("name") for e in Page(client.get(PHONE)).all("button")]
    refused = Page(client.post(PHONE, {"phone": "12"}))
    assert refused.is_refused("phone")
    assert "language" not in [e.get("name") for e in refused.all("button")]


def test_the_phone_that_scanned_a_code_stays_on_its_page() -> None:
    client = Client()
    token = handovers.start(factories.draft().pk)
    page = Page(client.get(f"/dang-ky/anh/{token}/"))
    answer = client.post(
        CHOOSE, {"language": "en", "next": page.value("next")}, headers={"referer": "http://testserver/"}
    )
    assert answer.url == f"/dang-ky/anh/{token}/"
    assert vietnamese_on(client.get(answer.url)) == []


def test_a_link_changes_nothing() -> None:
    answer = Client().get(CHOOSE, {"language": "en"})
    assert answer.status_code == 405
    assert COOKIE not in answer.cookies


def test_the_button_works_without_a_token_and_before_the_first_password() -> None:
    newcomer = factories.signed_in(
        factories.citizen(factories.person(), must_change_password=True), Client(enforce_csrf_checks=True)
    )
    newcomer.post(CHOOSE, {"language": "en"})
    assert vietnamese_on(newcomer.get("/doi-mat-khau/")) == []


# --- Where it reaches -----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["anonymous", "newcomer", "citizen", "clinic", "manager", "officer", "administrator"])
def test_no_address_answers_in_vietnamese(who: str) -> None:
    portal = populated()
    client = portal.client(who)
    client.cookies[COOKIE] = "en"
    left = {}
    for route in TABLE:
        answer = client.get(portal.address(route))
        if answer.headers.get("Content-Type", "").startswith("text/html") and vietnamese_on(answer):
            left[route] = vietnamese_on(answer)
    assert left == {}


def test_a_declaration_in_english_from_its_first_page_to_its_last() -> None:
    client = english()
    assert vietnamese_on(client.post(PHONE, {"phone": "12"})) == []
    draft = open_draft(client)
    for path in (CODE, IDENTITY, PHOTOS, ADDRESS, CHECK):
        assert vietnamese_on(client.get(path, follow=True)) == [], path
        assert vietnamese_on(client.post(path, follow=True)) == [], path
    assert vietnamese_on(client.post(IDENTITY, dict.fromkeys(ANSWERS, "?!"))) == []
    draft = fill(client)
    assert vietnamese_on(client.get(CHECK)) == []
    filed = client.post(CHECK, AGREED, follow=True)
    assert vietnamese_on(filed) == []
    draft.refresh_from_db()
    assert draft.language == "en"
    shown = client.post(TRACK, {"file_number": draft.file_number, "phone": "0999000001"}, follow=True)
    assert str(draft.file_number) in shown.content.decode()
    assert vietnamese_on(shown) == []


def test_whoever_goes_over_to_english_before_filing_gets_english_messages() -> None:
    client = Client()
    draft = fill(client)
    assert draft.language == "vi"
    client.cookies[COOKIE] = "en"
    client.post(CHECK, AGREED)
    draft.refresh_from_db()
    assert draft.language == "en"
    assert "declaration received" in newest_text("+84999000001")


def test_the_card_is_as_issued_whatever_the_pages_language() -> None:
    portal = populated()
    client = portal.client("citizen")
    client.cookies[COOKIE] = "en"
    page = Page(client.get("/the-bhyt/"))
    (card,) = page.all("div", lang="vi")
    assert "Thẻ bảo hiểm y tế" in card.text
    assert "Health insurance card" not in card.text
    assert "Health insurance card" in page.all("h1")[0].text


def test_a_day_is_the_same_day_in_english() -> None:
    client = english()
    open_draft(client)
    client.post(IDENTITY, {**ANSWERS, "birth_date": "05/08/1985"})
    assert Declaration.objects.get().birth_date == "1985-08-05"


def test_a_letter_is_in_its_receivers_language_whoever_causes_it(settings: Any) -> None:
    settings.SENDS_LETTERS = True
    for number, (reads, acts) in enumerate((("vi", "en"), ("en", "vi")), start=1):
        owner = factories.citizen(factories.person(f"990000000{number}"), email="a@example.vn", language=reads)
        with translation.override(acts):
            notices.tell(owner, purpose="password", text="BHXH: -", dedupe_key=f"x:{number}")
        letter = unseal(bytes(Message.objects.exclude(email="").latest("pk").body))
        assert ("Kính gửi" in letter) == (reads == "vi")
        assert bool(VIETNAMESE.search(letter)) == (reads == "vi")


def test_what_is_kept_of_a_browser_is_vietnamese_and_shown_in_the_pages_language() -> None:
    for agent, kept, shown in (
        ("Firefox/1 Windows", "Firefox trên Windows", "Firefox on Windows"),
        ("?", "Trình duyệt", "Browser"),
    ):
        with translation.override("en"):
            assert browsers.browser_name(agent) == kept
            assert browsers.in_words(kept) == shown
        with translation.override("vi"):
            assert browsers.in_words(kept) == kept


@pytest.mark.parametrize(
    ("address", "kept", "shown"),
    [
        ("127.0.0.1", "mạng nội bộ", "internal network"),
        ("113.161.9.9", "mạng 113.161.x.x", "network 113.161.x.x"),
    ],
)
def test_what_is_kept_of_a_place_is_vietnamese_and_shown_in_the_pages_language(
    address: str, kept: str, shown: str
) -> None:
    with translation.override("en"):
        assert places.place_of(address) == kept
        assert places.in_words(kept) == shown
        assert places.in_words("Cần Thơ, Việt Nam") == "Cần Thơ, Vietnam"
        assert places.in_words("Vientiane, Laos") == "Vientiane, Laos"
    device = Device(name="Chrome trên Android", place=kept, last_used_at=timezone.now())
    assert device.described == f"Chrome trên Android · {kept}"


# --- That nothing of it is missing ----------------------------------------------------------------------
def test_every_message_of_the_source_has_an_english_one_and_no_other_is_kept() -> None:
    said = {(message, context): file for message, context, file in source_messages()}
    written = {(entry.ids[0], entry.context): entry.texts for entry in entries("en/LC_MESSAGES/django")}
    assert len(said) > 1500
    missing = {key: file for key, file in said.items() if not all(written.get(key, ("",)))}
    assert missing == {}, "manage makemessages -l en --no-obsolete --no-wrap --add-location file -i tests"
    assert written.keys() - said.keys() == set()


def test_no_english_message_has_vietnamese_in_it() -> None:
    for entry in entries("en/LC_MESSAGES/django"):
        for text in entry.texts:
            for name in NAMES:
                text = text.replace(name, "")
            assert not VIETNAMESE.search(text), entry.ids
