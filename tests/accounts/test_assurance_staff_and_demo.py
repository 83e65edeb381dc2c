"""What must never go wrong at the desks and in the demo: tests by the row of the list, named after it.

Whatever a row says that can be tried is tried here, briefly; the files beside this one go deeper.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Installation, Person, User
from accounts.services.demo import ForeignDatabase, claim_database, refuse_foreign_database
from accounts.services.register import PERSONS
from tests import factories
from tests.accounts.authenticators import ENROL, after_the_wait, app_of, at_the_clinic, at_the_desk
from tests.accounts.signing_in import browser, is_in, sign_in
from tests.project.populated import populated
from tests.registration.at_the_desk import QUEUE, page_of
from tests.starting import DEMO, DEPLOYMENT, READ, assert_refused, start

pytestmark = pytest.mark.django_db

CLINIC = "/co-so-kcb/"


# --- Staff and clinic second factor ---------------------------------------------------------------------


@pytest.fixture
def asked_for(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


def test_staff_and_clinic_second_factor_is_what_a_deployment_has_unless_it_says_otherwise(tree: Path) -> None:
    """Staff and clinic accounts use a second factor in production."""
    done = start(tree, f"{READ}; print(settings.STAFF_SECOND_FACTOR)", **DEPLOYMENT)
    assert done.stdout == "read\nTrue\n"


@pytest.mark.usefixtures("asked_for")
@pytest.mark.parametrize("kind", ["staff", "clinic"])
def test_staff_and_clinic_second_factor_without_it_nothing_opens(kind: str) -> None:
    """Staff and clinic accounts use a second factor."""
    app = app_of(factories.officer() if kind == "staff" else factories.desk())
    enter: Callable[[Client, str], Any] = (
        (lambda client, code: at_the_desk(client, code=code)) if kind == "staff" else at_the_clinic
    )
    for wrong in ("", "000000"):
        client = browser()
        enter(client, wrong)
        assert not is_in(client)
        assert {client.get(page).status_code for page in ("/admin/", QUEUE, CLINIC)} == {302}
    after_the_wait()
    client = browser()
    enter(client, app.code())
    assert client.get("/admin/" if kind == "staff" else CLINIC).status_code == 200


@pytest.mark.usefixtures("asked_for")
def test_staff_and_clinic_second_factor_is_set_up_before_anything_else() -> None:
    """Staff and clinic accounts use a second factor, those too that have none yet."""
    factories.officer()
    factories.desk()
    desk, clinic = browser(), browser()
    at_the_desk(desk)
    sign_in(clinic, "01020_BV")
    for client, pages in ((desk, ("/admin/", QUEUE, "/doi-mat-khau/")), (clinic, (CLINIC, "/doi-mat-khau/"))):
        assert {client.get(page).url for page in pages} == {ENROL}


def answers_to(client: Client, paths: list[str]) -> dict[str, int]:
    return {path: status for path in paths if (status := client.get(path, follow=True).status_code) == 200}


def test_staff_and_clinic_second_factor_admin_shows_only_the_own_office_and_ward() -> None:
    """Admin shows only what the person's office or ward allows, photos and files guessed by address included."""
    portal = populated()
    file = portal.file
    guessed = [page_of(file), *(page_of(file, f"photo/{kind}/") for kind in ("portrait", "id_front", "id_back"))]
    own = portal.client("officer")
    assert list(answers_to(own, guessed)) == guessed
    assert file.full_name in own.get(QUEUE).content.decode()
    for who in ("other_officer", "commune_officer"):
        client = portal.client(who)
        assert [client.get(path).status_code for path in guessed] == [404] * 4
        queue = client.get(QUEUE)
        assert queue.status_code == 200
        assert not [text for text in (file.full_name, str(file.file_number)) if text in queue.content.decode()]
    for who in ("administrator", "clinic", "citizen", "neighbour", "anonymous"):
        client = portal.client(who) if who in portal.people else Client()
        assert {client.get(path).status_code for path in guessed} <= {302, 403, 404}, who
        assert not {type(client.get(path)).__name__ for path in guessed} & {"FileResponse", "StreamingHttpResponse"}


def test_staff_and_clinic_second_factor_kept_files_have_no_address() -> None:
    """… photos and files guessed by address included: not below any path of the storage either."""
    portal = populated()
    names = [photo.file.name for photo in portal.file.photos.all()]
    names += [photo.thumbnail.name for photo in portal.file.photos.all()]
    names += [person.portrait.name for person in Person.objects.exclude(portrait="")]
    paths = [f"/{folder}{name}" for name in names for folder in ("", "media/", "private/", "static/", "var/private/")]
    for who in ("officer", "administrator", "citizen"):
        assert answers_to(portal.client(who), paths) == {}
    assert len(paths) == 5 * 8


# --- Demo mode ------------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO_MODE = True


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.2", 403)])
def test_demo_mode_answers_on_loopback_only(address: str, status: int) -> None:
    """Demo mode answers on loopback only."""
    claim_database()
    pages = ("/", "/dang-nhap/", "/admin/login/", "/hop-thu-sms/", "/dang-ky/")
    client = Client(REMOTE_ADDR=address, headers={"X-Forwarded-For": "127.0.0.1"})
    assert {client.get(page).status_code for page in pages} == {status}


@pytest.mark.parametrize(
    "hosts", ["portal.example.vn", "127.0.0.1,portal.example.vn", "*", "0.0.0.0", "192.168.1.2", ".localhost"]
)
def test_demo_mode_refuses_any_other_allowed_host(tree: Path, hosts: str) -> None:
    """Demo mode … refuses any other allowed host."""
    assert_refused(start(tree, **{**DEMO, "ALLOWED_HOSTS": hosts}), "DEMO_MODE.*ALLOWED_HOSTS")


def left_by_a_deployment() -> None:
    Installation.objects.create(is_demo=False)


def with_an_account_in_it() -> None:
    factories.citizen(factories.person())


def with_a_real_person_in_it() -> None:
    claim_database()
    factories.person("0123456789")


def with_a_code_that_only_contains_99() -> None:
    claim_database()
    factories.person("0199000001")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "made",
    [left_by_a_deployment, with_an_account_in_it, with_a_real_person_in_it, with_a_code_that_only_contains_99],
)
def test_demo_mode_refuses_a_database_that_is_not_its_own(made: Callable[[], None]) -> None:
    """Demo mode … refuses a database that demo mode did not create, or with a code that does not begin with 99."""
    made()
    before = list(Installation.objects.values_list("is_demo", flat=True))
    for work in (claim_database, refuse_foreign_database):
        with pytest.raises(ForeignDatabase):
            work()
    with pytest.raises(CommandError):
        call_command("seed_demo", verbosity=0)
    assert list(Installation.objects.values_list("is_demo", flat=True)) == before
    assert not User.objects.filter(username="canbo").exists()


@pytest.mark.usefixtures("demo")
def test_demo_mode_import_register_refuses_real_people(tmp_path: Path) -> None:
    """Demo mode … `import_register` refuses such persons there."""
    claim_database()
    feed, said = tmp_path / "persons.csv", io.StringIO()
    with feed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, sorted(PERSONS.columns), restval="")
        writer.writeheader()
        for code in ("9900000101", "0123456789", "0199000001"):
            writer.writerow({"bhxh_code": code, "full_name": "Nguyễn Thị Nhập", "birth_date": "1990", "sex": "female"})
    call_command("import_register", persons=feed, stdout=said, stderr=said)
    assert list(Person.objects.values_list("bhxh_code", flat=True)) == ["9900000101"]
    assert "bhxh_code not_demo: 2" in said.getvalue()
    refuse_foreign_database()
