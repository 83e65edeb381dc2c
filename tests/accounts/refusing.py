"""What a service says when a rule stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.errors import PortalError


def refusal(call: Callable[..., Any], *arguments: Any, **more: Any) -> PortalError:
    """The portal's own error that this call raises; an AssertionError if it raises none."""
    try:
        call(*arguments, **more)
    except PortalError as error:
        return error
    raise AssertionError("nothing refuses")
