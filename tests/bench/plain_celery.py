"""Celery as its first page shows it: a task that makes one request; and, run as a program, whoever sends the tasks."""

from __future__ import annotations

import os
import sys

import requests
from celery import Celery

app = Celery("plain", broker=os.environ["PLAIN_BROKER"])
app.conf.broker_connection_retry_on_startup = True
URL = os.environ["PLAIN_CARRIER"]
TEXT = "BHXH: 482913 la ma xac nhan so dien thoai, het han sau 10 phut. Khong doc cho bat ky ai, ke ca can bo BHXH."


@app.task(name="plain.post", ignore_result=True)
def post(number: int) -> None:
    document = {"to": f"+8491{number:07d}", "text": TEXT, "id": str(number)}
    requests.post(URL, json=document, timeout=5)


def main() -> None:
    """Each line says how many."""
    for line in sys.stdin:
        for number in range(int(line)):
            post.delay(number)


if __name__ == "__main__":
    main()
