"""The scheduler and the tasks know each other by name alone: a name nobody has would only be a line in a log."""

from __future__ import annotations

from django.conf import settings

from registration.services import readings
from vssportal.celery import app

# Handed over by what happens, not by the clock.
ON_OCCASION = {"accounts.sms.tasks.deliver_message", readings._TASK}


def test_every_task_is_scheduled_or_handed_over_and_every_name_is_a_tasks() -> None:
    app.loader.import_default_modules()  # as a worker does
    ours = {name for name in app.tasks if name.startswith(("accounts.", "cards.", "registration."))}
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == ours - ON_OCCASION
    assert ours >= ON_OCCASION


def test_what_is_handed_over_goes_to_a_queue_that_every_worker_serves() -> None:
    assert readings.QUEUE in {queue.name for queue in settings.CELERY_TASK_QUEUES}
