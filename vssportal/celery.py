"""The Celery application: `celery -A vssportal worker`, `celery -A vssportal beat`."""

import os
import time

from celery import Celery
from celery.signals import task_prerun, worker_init
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vssportal.settings")

app = Celery("vssportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["accounts", "accounts.sms", "registration"])


@worker_init.connect
def _prepare_worker(**kwargs: object) -> None:
    from accounts.errors import PortalError  # noqa: PLC0415 - models need a set-up Django
    from accounts.services.demo import refuse_foreign_database  # noqa: PLC0415 - as above

    try:
        refuse_foreign_database()
    except PortalError as error:
        raise SystemExit(str(error)) from error  # Celery swallows every other exception here
    # A page gives a hung broker half a second; a worker waits on it by profession.
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, "socket_timeout": 5}


@task_prerun.connect
def _fresh_connection(**kwargs: object) -> None:
    """As before each request: one that has broken or is too old is not used again.

    Any other is not tried out first: that is one more question to the database for each message (sms.rows asks again).
    """
    for connection in connections.all(initialized_only=True):
        is_old = connection.close_at is not None and time.monotonic() >= connection.close_at
        if connection.errors_occurred or is_old:
            connection.close_if_unusable_or_obsolete()
