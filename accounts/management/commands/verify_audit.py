from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import EventSeal
from accounts.services import seals
from accounts.services.seals import SHOWN_DIGITS, Break, Fault, Unsealed

BROKEN, ONLY_LATE = 1, 2  # exit codes
Noted = tuple[int, str]  # a seal's number and the beginning of its digest, kept outside the database
_HEAD = re.compile(rf"([0-9]{{1,18}}):([0-9a-f]{{{SHOWN_DIGITS},64}})")
_WORDS = {
    Fault.CHANGED: gettext_lazy("có sự kiện bị sửa hoặc bị thay, hoặc khóa AUDIT_KEY không phải khóa đã niêm phong"),
    Fault.MISSING: gettext_lazy("thiếu %(count)d sự kiện"),
    Fault.ADDED: gettext_lazy("thừa %(count)d sự kiện, bị chèn thêm sau khi niêm phong"),
    Fault.CHAIN_BROKEN: gettext_lazy("niêm phong không nối tiếp niêm phong ngay trước"),
    Fault.SEAL_MISSING: gettext_lazy("mất niêm phong"),
    Fault.SEALED_LATE: gettext_lazy("niêm phong muộn, sau sự kiện hơn một ngày"),
}

_WHY_LATE = gettext_lazy(
    "Niêm phong muộn vì worker đã ngừng hơn một ngày, vì sự kiện có trước khi có niêm phong, hoặc vì chuỗi bị xóa và "
    "làm lại để che việc sửa sổ. So với nhật ký của worker; biết chắc lý do thì thêm --late-until %(seal)d:%(digest)s."
)


def noted_seal(typed: str) -> Noted:
    found = _HEAD.fullmatch(typed.strip().lower())
    if found is None:
        raise ArgumentTypeError(
            _("viết SỐ:MÃ, ví dụ 12:0123456789abcdef, mã chép ít nhất %(digits)d chữ số") % {"digits": SHOWN_DIGITS}
        )
    return int(found[1]), found[2]


class Command(BaseCommand):
    help = "Recompute the seals over the events and say what is broken; exit 1 if anything is, 2 if sealing is late."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=int, dest="start", metavar="SEAL", help="begin at this seal")
        parser.add_argument(
            "--head", type=noted_seal, metavar="ID:DIGEST", help="a seal noted elsewhere must still be in the chain"
        )
        parser.add_argument(
            "--late-until", type=noted_seal, metavar="ID:DIGEST", help="it is known why seals up to this one are late"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults, late = self._check(_seal(options["start"]), options["late_until"])
        faults += self._check_noted(options["head"]) + self._check_noted(options["late_until"])
        self._tell_sealed_late(late)
        rest = seals.unsealed()
        self.stdout.write(_("Chưa niêm phong: %(count)d sự kiện.") % {"count": rest.count})
        if rest.is_late:
            self.stderr.write(_late(rest))
        if faults:
            words = _("Sổ sự kiện KHÔNG còn nguyên vẹn: %(count)d chỗ hỏng, ghi ở trên.") % {"count": faults}
            raise CommandError(words, returncode=BROKEN)
        if late:
            words = _("Chưa chắc sổ sự kiện còn nguyên vẹn: %(count)d niêm phong muộn, ghi ở trên.")
            raise CommandError(words % {"count": len(late)}, returncode=BROKEN)
        if rest.is_late:
            raise CommandError(_("Phần đã niêm phong còn nguyên vẹn, nhưng niêm phong đang trễ."), returncode=ONLY_LATE)
        self.stdout.write(_("Sổ sự kiện còn nguyên vẹn."))

    def _check(self, start: EventSeal | None, late_until: Noted | None) -> tuple[int, list[EventSeal]]:
        """How many faults there are, each written as it is found, and the seals that are late for no known reason."""
        seals_seen = events = faults = 0
        late: list[EventSeal] = []
        for checked in seals.check(start=start):
            seals_seen, events = seals_seen + 1, events + checked.seal.count
            broken = [found for found in checked.breaks if found.fault != Fault.SEALED_LATE]
            faults += len(broken)
            for found in broken:
                self.stdout.write(_sentence(checked.seal, found))
            if len(broken) < len(checked.breaks):
                late.append(checked.seal)
            # Only a seal found whole vouches for those before it: its digest covers theirs.
            if not broken and _is_noted(checked.seal, late_until):
                late.clear()
        counts = {"seals": seals_seen, "events": events}
        self.stdout.write(_("Đã kiểm tra %(seals)d niêm phong trên %(events)d sự kiện.") % counts)
        return faults, late

    def _check_noted(self, noted: Noted | None) -> int:
        if noted is None or seals.is_head(*noted):
            return 0
        words = _("Niêm phong %(seal)d đã ghi lại không còn trong sổ: đuôi chuỗi bị cắt hoặc bị làm lại.")
        self.stdout.write(words % {"seal": noted[0]})
        return 1

    def _tell_sealed_late(self, late: list[EventSeal]) -> None:
        for seal in late:
            self.stdout.write(_sentence(seal, Break(Fault.SEALED_LATE, seal.first_id, seal.last_id)))
        if late:
            self.stdout.write(_WHY_LATE % {"seal": late[-1].pk, "digest": late[-1].digest[:SHOWN_DIGITS]})


def _seal(number: int | None) -> EventSeal | None:
    seal = EventSeal.objects.filter(pk=number).first() if number is not None else None
    if number is not None and seal is None:
        raise CommandError(_("Không có niêm phong số %(number)d.") % {"number": number})
    return seal


def _is_noted(seal: EventSeal, noted: Noted | None) -> bool:
    return noted is not None and seal.pk == noted[0] and seal.digest.startswith(noted[1])


def _sentence(seal: EventSeal, found: Break) -> str:
    words = _("Niêm phong %(seal)d, sự kiện %(first)d đến %(last)d: %(fault)s.")
    fault = _WORDS[found.fault] % {"count": found.count}
    return words % {"seal": seal.pk, "first": found.first_id, "last": found.last_id, "fault": fault}


def _late(rest: Unsealed) -> str:
    oldest = timezone.localtime(rest.oldest_at).strftime("%H:%M %d/%m/%Y")
    return _(
        "Niêm phong đang trễ: sự kiện chưa niêm phong cũ nhất ghi lúc %(at)s. Xem worker và beat có chạy không."
    ) % {"at": oldest}
