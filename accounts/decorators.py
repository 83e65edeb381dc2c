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


def _page_of(kind: User.Kind) -> Callable[[View], View]:
    """Pages of one kind of account: never cached, and not there for anyone else who is signed in."""

    def decorate(view: View) -> View:
        @never_cache
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, User) or request.user.kind != kind:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


citizen_required = _page_of(User.Kind.CITIZEN)
clinic_required = _page_of(User.Kind.CLINIC)
