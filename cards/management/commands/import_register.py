from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import PortalError
from accounts.services import feed
from accounts.services.demo import refuse_foreign_database
from accounts.services.register import PERSONS
from cards.services.importing import CARDS, PARTICIPATION

FEEDS: dict[str, feed.Feed[Any]] = {"persons": PERSONS, "cards": CARDS, "participation": PARTICIPATION}
PRINTED_REFUSALS = 20
BATCHES_PER_LINE = 50


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu người tham gia, thẻ BHYT và quá trình tham gia. Chạy lại bao nhiêu lần cũng được; "
        "dừng giữa chừng thì chạy lại, hoặc chạy tiếp một tệp với --start-line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name in FEEDS:
            parser.add_argument(f"--{name}", type=Path, metavar="CSV")
        parser.add_argument("--report", type=Path, metavar="CSV", help="ghi mọi dòng bị từ chối vào tệp này")
        parser.add_argument("--start-line", type=int, default=0, help="bỏ qua các dòng trước dòng này")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in FEEDS if options[name]}
        if not given:
            raise CommandError("Cần ít nhất một tệp: --persons, --cards hoặc --participation.")
        if options["start_line"] and len(given) > 1:
            raise CommandError("--start-line chỉ dùng khi nạp một tệp.")
        try:
            refuse_foreign_database()
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.quiet = options["verbosity"] == 0
        with _report(options["report"]) as write:
            read = [self._take(name, path, write, options["start_line"]) for name, path in given.items()]
        if not any(read):
            raise CommandError("Không đọc được tệp nào.")

    def _take(self, name: str, path: Path, write: Callable[[feed.Refusal], None], start_line: int) -> bool:
        """Whether the file could be read at all."""
        self.printed = 0

        def refuse(refusal: feed.Refusal) -> None:
            write(refusal)
            self._print_refusal(refusal)

        try:
            result = feed.run(FEEDS[name], path, refuse=refuse, progress=self._progress(name), start_line=start_line)
        except feed.UnreadableFeed as error:
            self.stderr.write(str(error))
            return False
        self._say(f"{name}: đọc {result.read} dòng, lưu {result.stored}, từ chối {result.refused.total()}")
        for (column, reason), count in result.refused.most_common():
            self._say(f"  {column or '-'} {reason}: {count}")
        return True

    def _progress(self, name: str) -> Callable[[feed.FeedResult], None]:
        def told(result: feed.FeedResult) -> None:
            if result.read % (BATCHES_PER_LINE * feed.BATCH) == 0:
                self._say(f"{name}: đã lưu đến dòng {result.last_line}")

        return told

    def _print_refusal(self, refusal: feed.Refusal) -> None:
        self.printed += 1
        if self.printed <= PRINTED_REFUSALS:
            self.stderr.write(f"{refusal.file}:{refusal.line}: {refusal.column or '-'} {refusal.reason}")
        elif self.printed == PRINTED_REFUSALS + 1:
            self.stderr.write("… (xem đủ bằng --report)")

    def _say(self, line: str) -> None:
        if not self.quiet:
            self.stdout.write(line)


@contextmanager
def _report(path: Path | None) -> Iterator[Callable[[feed.Refusal], None]]:
    """Where refusals are written, each at once: a stopped import keeps what it found."""
    if path is None:
        yield lambda refusal: None
        return
    with path.open("w", encoding="utf-8", newline="", buffering=1) as stream:
        writer = csv.writer(stream)
        writer.writerow(feed.Refusal._fields)

        def write(refusal: feed.Refusal) -> None:
            writer.writerow(refusal)

        yield write
