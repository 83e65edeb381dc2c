"""The one door to a declaration's state: lock, judge, move, write the event, all or nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from accounts.errors import PortalError
from accounts.models import User
from accounts.services import access
from registration import selectors
from registration.models import Declaration
from registration.workflow import State


class WrongState(PortalError):
    """The file has moved on since the page was shown."""

    code = "wrong_state"
    message = _("Hồ sơ đang ở trạng thái «%(state)s» nên không làm được việc đó nữa. Không có gì thay đổi.")


class AlreadyFiled(PortalError):
    code = "already_filed"
    message = _("Tờ khai này đã được ghi nhận nên không sửa được nữa. Những gì đã ghi nhận vẫn giữ nguyên.")


def move(
    declaration_id: int,
    step: str,
    *,
    actor: User | None,
    judge: Callable[[Declaration], None],
    work: Callable[[Declaration], None],
    reason: str = "",
) -> Declaration:
    """Take `step` (a transition of Declaration) on the locked row.

    `judge` sees the locked row before anything else and may raise; then the
    state is checked (WrongState), `work` does what belongs to the step, and
    the event is written. Any error undoes everything.
    """
    with transaction.atomic():
        declaration = Declaration.objects.select_for_update().get(pk=declaration_id)
        judge(declaration)
        take = getattr(declaration, step)
        if not can_proceed(take):
            raise WrongState(state=State(declaration.state).label)
        take()
        work(declaration)
        declaration.save()
        access.record(
            f"declaration.{step}",
            actor=actor,
            person_id=selectors.declared_person_id(declaration),
            object_type="declaration",
            object_id=declaration.pk,
            detail={"state": declaration.state, **({"reason": reason} if reason else {})},
        )
    return declaration


def anyone(declaration: Declaration) -> None:
    """The judge of a citizen's own step: the right to the file was the page's to ask for."""
