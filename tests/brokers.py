"""Which broker the portal hands its messages to, changed in the middle of a test."""

from __future__ import annotations

import kombu.pools

from vssportal.celery import app


def lead_to(url: str) -> None:
    """The next message goes to the broker at `url`; connections to the last one are forgotten."""
    kombu.pools.reset()
    app._after_fork()  # Celery's own way to forget its pools
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = url
