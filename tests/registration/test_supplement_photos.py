"""The pictures of a supplement: each is kept as it is picked, beside the file, and the officer gets them when sent."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import limits
from registration.models import Declaration
from registration.services import photo_edits, photos, readings, review, supplement, withdrawal
from registration.services.export import export
from registration.services.photo_edits import PhotoChanged
from registration.services.status import AlreadyFiled
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.following import FILE, MEND, PHOTO
from tests.registration.keeping import files, holder, named_files
from tests.registration.mending import (
    BACK,
    FRONT,
    NEW_PORTRAIT,
    PORTRAIT,
    client,
    filed,
    kept,
    put,
    seen_by_officers,
    sent,
)
from tests.registration.walking import Page, upload

__all__ = ["client", "filed"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestSentAsPicked:
    def test_it_is_answered_by_its_slot_as_the_whole_page_draws_it(self, filed: Declaration, client: Client) -> None:
        alone = sent(client)
        assert not alone.all("html")
        assert not alone.is_refused("portrait")
        (slot,) = alone.all("div", data_slot="portrait")
        assert slot.get("data-refused") is None
        whole = Page(client.get(MEND))
        (same,) = whole.all("div", data_slot="portrait")
        assert slot.text == same.text
        assert [image["src"] for image in alone.all("img")] == [
            image["src"] for image in whole.all("img") if same in image.inside
        ]
        assert kept(filed) == {"portrait"}

    def test_it_is_shown_again_however_often_the_page_is_opened(self, filed: Declaration, client: Client) -> None:
        sent(client)
        new = filed.replacements.get()
        small = new.thumbnail.read()
        for browser in (client, holder(filed)):
            page = Page(browser.get(MEND))
            assert f"{NEW_PORTRAIT}?{new.version}" in [image["src"] for image in page.all("img")]
            assert b"".join(browser.get(NEW_PORTRAIT)) == small

    def test_nothing_goes_to_the_officer_and_no_field_is_judged(self, filed: Declaration, client: Client) -> None:
        before = Declaration.objects.values("state", "full_name").get()
        page = sent(client, full_name="Kẻ Khác")
        assert not page.alert
        assert Declaration.objects.values("state", "full_name").get() == before
        assert filed.supplements.get().answered_at is None

    def test_a_refusal_stands_in_the_slot_with_what_is_kept(self, filed: Declaration, client: Client) -> None:
        sent(client)
        before = named_files()
        page = sent(client, portrait=upload("x.jpg", b"khong"))
        assert page.is_refused("portrait")
        assert page.all("img", src=f"{NEW_PORTRAIT}?{filed.replacements.get().version}")
        assert named_files() == before == files()

    def test_what_was_not_asked_for_is_not_taken(self, filed: Declaration, client: Client) -> None:
        client.post(MEND, {"slot": "id_back", "id_back": upload()})
        assert not kept(filed)
        assert files() == named_files()

    def test_too_many_are_told_in_the_slot(
        self, filed: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(limits.LIMITS, "photo.draft", limits.Limit(0, limits.HOUR))
        answer = client.post(MEND, {"slot": "portrait", "portrait": upload()})
        assert answer.status_code == 429
        assert "Vui lòng chờ" in Page(answer).all("div", data_slot="portrait")[0].text
        answer = client.post(MEND, {"choose_province": "1", "portrait": upload()})
        assert answer.status_code == 429
        assert "Vui lòng chờ" in Page(answer).status

    def test_advice_is_shown_and_stops_nobody(self, filed: Declaration, client: Client) -> None:
        night = upload(content=factories.jpeg(colour="#050505"))
        assert sent(client, portrait=night).all("div", data_advice="")
        client.post(MEND, {"id_front": upload(), "full_name": "Nguyễn Văn Mậu"})
        assert Declaration.objects.get().state == State.RECEIVED


class TestApartUntilSent:
    def test_the_officer_sees_the_refused_photo_until_then(self, filed: Declaration, client: Client) -> None:
        desk = seat(factories.officer("canbo2"))
        before, seen = seen_by_officers(filed), b"".join(desk.get(page_of(filed, "photo/portrait/")))
        sent(client)
        assert seen_by_officers(filed) == before
        assert b"".join(desk.get(page_of(filed, "photo/portrait/"))) == seen
        assert b"".join(client.get(PHOTO)) == filed.photos.get(kind="portrait").thumbnail.read()
        client.post(MEND, {"id_front": upload(), "full_name": "Nguyễn Văn Mậu"})
        assert b"".join(desk.get(page_of(filed, "photo/portrait/"))) != seen
        assert not kept(filed)
        assert len(seen_by_officers(filed) & before) == 1  # the back, which nobody asked for
        assert files() == named_files()

    def test_sending_keeps_only_what_officers_look_at(self, filed: Declaration, client: Client) -> None:
        new, old = put(filed), filed.photos.get(kind="portrait")
        put(filed, FRONT)
        supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})
        now = filed.photos.get(kind="portrait")
        assert (now.file.name, now.thumbnail.name, now.source.name) == (new.file.name, new.thumbnail.name, "")
        assert not {*old.file_names, new.source.name} & files()
        assert files() == named_files()
        assert client.get(NEW_PORTRAIT).status_code == 404

    def test_a_code_in_a_new_paper_is_looked_for_once_it_is_sent(
        self, filed: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked: list[int] = []
        monkeypatch.setattr(readings, "_enqueue", looked.append)
        put(filed)
        put(filed, FRONT)
        assert not looked
        supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})
        assert looked == [filed.photos.get(kind="id_front").pk]

    def test_an_answer_that_lacks_something_puts_nothing_in(self, filed: Declaration, client: Client) -> None:
        put(filed)
        before = seen_by_officers(filed), named_files()
        with pytest.raises(supplement.StillMissing):
            supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})
        assert (seen_by_officers(filed), named_files()) == before
        assert named_files() == files()

    @pytest.mark.parametrize("end", ["refuse", "withdraw", "overdue"])
    def test_a_file_that_ends_without_it_keeps_nothing_of_it(
        self, filed: Declaration, client: Client, end: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = seen_by_officers(filed)
        lost = put(filed).file_names
        if end == "refuse":
            officer = factories.officer("canbo2")
            review.refuse(filed.pk, officer=officer, reason=RefusalReason.OTHER, words="x")
        elif end == "withdraw":
            withdrawal.withdraw(filed.pk)
        else:
            asked = filed.supplements.get()
            filed.supplements.update(due_at=asked.asked_at - 2 * supplement.GRACE)
            assert supplement.refuse_overdue() == 1
        assert not kept(filed)
        assert not set(lost) & files()
        assert seen_by_officers(filed) == before
        assert client.get(NEW_PORTRAIT).status_code == 404

    @pytest.mark.parametrize("pressed", [{"slot": "portrait"}, {"edit": "portrait turn"}, {}])
    def test_after_the_end_nothing_is_taken(self, filed: Declaration, client: Client, pressed: dict[str, str]) -> None:
        put(filed)
        withdrawal.withdraw(filed.pk)
        before = files()
        page = Page(client.post(MEND, {**pressed, "portrait": upload()}, follow=True))
        assert not page.all("div", data_slot="portrait")
        assert "không còn chờ bổ sung" in page.status
        assert files() == named_files() == before

    def test_a_file_withdrawn_while_a_picture_is_on_its_way_takes_none(
        self, filed: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare = photos.prepare

        def slowly(*args: object, **options: object) -> object:
            withdrawal.withdraw(filed.pk)
            return prepare(*args, **options)

        monkeypatch.setattr(photos, "prepare", slowly)
        before = files()
        assert client.post(MEND, {"slot": "portrait", "portrait": upload()}).url == FILE
        assert files() == before
        assert not kept(filed)

    def test_it_is_shown_to_whoever_has_the_right_to_the_file(self, filed: Declaration, client: Client) -> None:
        put(filed)
        theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002")
        own = client.get(NEW_PORTRAIT)
        assert own.headers["Content-Type"] == "image/jpeg"
        assert "no-store" in own.headers["Cache-Control"]
        for other in (Client(), holder(theirs)):
            assert other.get(NEW_PORTRAIT).status_code == 404
        assert client.get(f"{MEND}anh/id_front/").status_code == 404
        assert client.post(NEW_PORTRAIT).status_code == 405

    def test_the_copy_of_the_data_tells_of_it(self, filed: Declaration, client: Client) -> None:
        put(filed)
        told = export(filed)
        assert [photo["kind"] for photo in told["photos_not_sent"]] == ["portrait"]
        assert len(told["photos"]) == 3


class TestTurnedAndCut:
    def test_a_button_acts_without_javascript_and_nothing_typed_is_lost(
        self, filed: Declaration, client: Client
    ) -> None:
        before = put(filed)
        sent = {"edit": "portrait closer", "full_name": "Nguyễn Văn Mậu", "id_front": upload()}
        page = Page(client.post(MEND, sent))
        after = filed.replacements.get(kind="portrait")
        assert after.crop["width"] < before.crop["width"]
        assert page.value("full_name") == "Nguyễn Văn Mậu"
        assert not page.alert
        assert page.all("details", open="")
        (pressed,) = page.all("button", value="portrait closer")
        assert page.all("div", id=pressed["formaction"].lstrip("#"))
        assert kept(filed) == {"portrait", "id_front"}
        assert Declaration.objects.get().state == State.SUPPLEMENT
        assert files() == named_files()

    def test_the_script_gets_the_slot_with_another_picture(self, filed: Declaration, client: Client) -> None:
        before = put(filed).version
        slot = Page(client.post(MEND, {"slot": "portrait", "edit": "portrait turn"}))
        assert not slot.all("html")
        assert [image["src"] for image in slot.all("img")] != [f"{NEW_PORTRAIT}?{before}"]
        assert not slot.is_refused("portrait")

    def test_the_refused_photo_has_no_buttons_and_is_not_touched(self, filed: Declaration, client: Client) -> None:
        before = seen_by_officers(filed), named_files()
        page = Page(client.get(MEND))
        assert len(page.all("img")) == 2
        assert not page.all("button", name="edit")
        assert "vừa được thay" in Page(client.post(MEND, {"edit": "portrait turn"})).status
        with pytest.raises(PhotoChanged):
            photo_edits.edit_photo(filed.pk, kind=PORTRAIT, edit="turn")
        with pytest.raises(AlreadyFiled):
            photo_edits.edit_photo(filed.pk, kind=BACK, edit="turn")
        assert (seen_by_officers(filed), named_files()) == before

    def test_one_sent_meanwhile_is_not_turned(
        self, filed: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(filed)
        put(filed, FRONT)
        redraw = photo_edits.redraw

        def slowly(*args: object, **options: object) -> object:
            supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})
            return redraw(*args, **options)

        monkeypatch.setattr(photo_edits, "redraw", slowly)
        with pytest.raises(AlreadyFiled):
            photo_edits.edit_photo(filed.pk, kind=FRONT, edit="turn")
        assert files() == named_files()
