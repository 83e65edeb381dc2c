"""Private files in an S3-compatible bucket: the same fields, another storage by setting."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from accounts.files import private_image
from registration.models.photo import day_folder
from registration.services import leftovers, photo_edits, photos
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings, monkeypatch) -> Iterator[Any]:
    """An empty bucket behind a real S3 protocol, and the portal set to keep its private files there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name, address = f"portal-{secrets.token_hex(4)}", f"http://{host}:{port}"
    options = {"bucket_name": name, "endpoint_url": address, "default_acl": "private", "file_overwrite": False}
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    made = boto3.resource("s3", endpoint_url=address).Bucket(name)
    made.create()
    yield made
    server.stop()


def test_a_photo_lives_in_the_bucket_and_reaches_people_through_the_portal(bucket: Any) -> None:
    draft = factories.draft()
    photo = photos.save_photo(draft.pk, kind="portrait", file=ContentFile(factories.jpeg(colour="#aa0000")))
    stored = bucket.Object(photo.file.name).get()["Body"].read()
    assert stored.startswith(b"\xff\xd8")
    assert b"".join(private_image(photo.file).streaming_content) == stored


def test_a_replaced_photo_leaves_the_bucket(bucket: Any, django_capture_on_commit_callbacks) -> None:
    draft = factories.draft()
    earlier = draft.photos.get(kind="portrait").file.name
    with django_capture_on_commit_callbacks(execute=True):
        photos.save_photo(draft.pk, kind="portrait", file=ContentFile(factories.jpeg()))
    kept = {item.key for item in bucket.objects.all()}
    assert earlier not in kept
    assert len(kept) == 7  # three pictures and their thumbnails, and what the portrait was cut from


def test_a_bucket_that_is_gone_is_told_and_costs_no_earlier_photo(bucket: Any) -> None:
    draft = factories.draft()
    earlier = draft.photos.get(kind="portrait").file.name
    bucket.objects.all().delete()
    bucket.delete()
    with pytest.raises(photos.PhotoNotKept):
        photos.save_photo(draft.pk, kind="portrait", file=ContentFile(factories.jpeg()))
    with pytest.raises(photo_edits.PhotoAway):
        photo_edits.edit_photo(draft.pk, kind="portrait", edit="turn")
    assert draft.photos.get(kind="portrait").file.name == earlier


def test_what_no_photo_names_leaves_the_bucket(bucket: Any) -> None:
    named = {name for photo in factories.draft().photos.all() for name in photo.file_names}
    folder = day_folder(timezone.localdate() - leftovers.NEWEST)
    lost = default_storage.save(f"{folder}/7-{'a' * 32}.jpg", ContentFile(b"x"))
    assert lost in {item.key for item in bucket.objects.all()}
    assert leftovers.purge_leftovers(turn=0) == 1
    assert {item.key for item in bucket.objects.all()} == named
