"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.models import User

View = Callable[..., HttpResponseBase]


def citizen_required(view: View) -> View:
    """The signed-in citizen's own pages: never cached, and not there for anyone else."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User) or request.user.kind != User.Kind.CITIZEN:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
