"""Decodes one HEIC or WebP picture in a process of its own, with limits.

`python -m registration.decoder HEIF|WEBP`: the file on stdin, the whole picture (`pixels.drawn`,
`pixels.packed`) on stdout, a `Reason` on the exit code. Both decoders are large, have been
broken into by crafted files (CVE-2023-4863) and hold a picture several times over (800 MB for
52 megapixels of WebP), so they get no environment, no web thread and a hard ceiling.
"""

from __future__ import annotations

import sys
from typing import Final

import pi_heif

from registration.ceiling import limit_self
from registration.pixels import Refused, check_header, drawn, opened, packed

_CPU_SECONDS: Final = 10


def main(*, pillow_format: str) -> int:
    limit_self(cpu_seconds=_CPU_SECONDS)
    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    try:
        with opened(sys.stdin.buffer.read(), pillow_format=pillow_format) as image:
            check_header(image)
            answer = packed(drawn(image))
    except Refused as refusal:
        return refusal.reason
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(pillow_format=sys.argv[1]))
