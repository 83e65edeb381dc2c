"""WSGI entry; a demo process refuses a database that demo mode did not create."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from vssportal.charset import utf8_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vssportal.settings")
application = utf8_only(get_wsgi_application())

from accounts.services.demo import refuse_foreign_database  # noqa: E402 - models need a set-up Django

refuse_foreign_database()
connections.close_all()  # a server that forks must not share this check's connection
