"""The Celery application: `celery -A vssportal worker -Q otp,notices`, `celery -A vssportal beat`."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vssportal.settings")

app = Celery("vssportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["accounts", "accounts.sms"])


@worker_init.connect
def _refuse_foreign_database(**kwargs: object) -> None:
    from accounts.services.demo import refuse_foreign_database  # noqa: PLC0415 - models need a set-up Django

    refuse_foreign_database()
