"""Photos of a declaration are deleted when the consent says so, and never before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Event, User
from registration.models import Declaration, Photo
from registration.services import retention, review, status
from registration.tasks import delete_papers
from registration.workflow import State
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.keeping import decided, files, files_of, refused, stuck_storage
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = timedelta(days=90)
A_MOMENT = timedelta(minutes=1)


def test_photos_go_after_the_days_of_the_setting_and_nothing_else_does() -> None:
    old, fresh = decided(KEPT + A_MOMENT), decided(KEPT - A_MOMENT)
    draft, filed = factories.draft(), factories.filed()
    staying = files_of(fresh) | files_of(draft) | files_of(filed)
    assert len(files_of(old)) == 6
    delete_papers()
    assert files() == staying
    assert not Photo.objects.filter(declaration=old).exists()
    old.refresh_from_db()
    assert timezone.now() - old.papers_deleted_at < A_MOMENT
    assert (old.full_name, old.state) == ("Nguyễn Văn Mẫu", State.REFUSED)
    assert Declaration.objects.filter(papers_deleted_at=None).count() == 3


def test_what_another_run_has_deleted_meanwhile_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        decided(KEPT + A_MOMENT)
    delete = retention.delete_photos

    def delete_while_another_run_does(declaration: Declaration) -> None:
        delete(declaration)
        Declaration.objects.exclude(pk=declaration.pk).update(papers_deleted_at=timezone.now())

    monkeypatch.setattr(retention, "delete_photos", delete_while_another_run_does)
    assert retention.delete_papers() == 1
    assert Event.objects.filter(action="declaration.papers_deleted").count() == 1


def test_the_setting_is_what_counts(settings: Any) -> None:
    settings.PAPER_PHOTOS_KEPT_DAYS = 7
    declaration = decided(timedelta(days=7) + A_MOMENT)
    delete_papers()
    assert files_of(declaration) == files() == set()


def test_the_picture_a_portrait_was_cut_from_goes_too() -> None:
    declaration = decided(KEPT + A_MOMENT)
    photo = Photo.objects.get(declaration=declaration, kind=Photo.Kind.PORTRAIT)
    photo.source.save("", ContentFile(factories.jpeg()))
    delete_papers()
    assert files() == set()


def test_the_portrait_an_account_was_issued_with_stays() -> None:
    person = factories.person(id_number="001085999001")
    accepted = review.accept(factories.filed().pk, officer=factories.officer())
    Declaration.objects.update(decided_at=timezone.now() - KEPT - A_MOMENT)
    delete_papers()
    person.refresh_from_db()
    assert files() == {person.portrait.name}
    assert not accepted.photos.exists()
    assert User.objects.filter(bhxh_code=accepted.bhxh_code).exists()


def test_photos_of_a_withdrawn_file_go_too() -> None:
    def note(declaration: Declaration) -> None:
        declaration.decided_at = timezone.now() - KEPT - A_MOMENT

    filed = factories.filed()
    status.move(filed.pk, "withdraw", actor=None, judge=lambda declaration: None, work=note)
    delete_papers()
    assert files() == set()


def test_it_is_an_event_of_ids_alone_and_happens_once() -> None:
    person = factories.person(id_number="001085999001")
    declaration = decided(KEPT + A_MOMENT)
    delete_papers()
    delete_papers()
    event = Event.objects.get(action="declaration.papers_deleted")
    assert (event.object_id, event.actor_id, event.detail) == (str(declaration.pk), None, {})
    assert event.person_id == person.pk


def test_a_storage_that_cannot_delete_is_tried_again_and_nothing_is_called_deleted() -> None:
    declaration = decided(KEPT + A_MOMENT)
    before = files_of(declaration)
    with stuck_storage():
        assert retention.delete_papers() == 0
    declaration.refresh_from_db()
    assert (declaration.papers_deleted_at, files_of(declaration)) == (None, before)
    assert not Event.objects.filter(action="declaration.papers_deleted").exists()
    assert retention.delete_papers() == 1
    assert files() == set()


def test_a_run_is_bounded_and_gives_up_on_a_storage_that_is_down(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    for _ in range(retention.FAILURES_BORNE + 1):
        decided(KEPT + A_MOMENT)
    with stuck_storage():
        assert retention.delete_papers() == 0
    assert len([record for record in caplog.records if record.name == retention.__name__]) == retention.FAILURES_BORNE
    monkeypatch.setattr(retention, "AT_ONCE", 4)
    assert (retention.delete_papers(), retention.delete_papers()) == (4, 2)


def test_the_officers_page_says_that_the_photos_are_gone() -> None:
    declaration = decided(KEPT + A_MOMENT)
    desk = seat(User.objects.get(username="canbo"))
    assert "data-papers-deleted" not in Page(desk.get(page_of(declaration))).html
    delete_papers()
    page = Page(desk.get(page_of(declaration)))
    assert "hết thời gian giữ" in page.html
    assert page.all("figure") == []
    assert "Nguyễn Văn Mẫu" in page.html
    assert desk.get(page_of(declaration, "photo/id_front/")).status_code == 404


def test_a_file_that_was_decided_just_now_keeps_its_photos_for_whoever_asks_why() -> None:
    declaration = refused()
    delete_papers()
    assert files() == files_of(declaration)
