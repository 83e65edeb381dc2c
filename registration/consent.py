"""What the citizen agrees to before Ghi nhận: the words, their version, and their digest.

Change the words by a new entry of TEXTS: a filed declaration keeps the version
and digest of what was on the page (Luật 91/2025, NĐ 356/2025), and `of_version`
gives those words back. How long photos are kept is a setting, so a version
names it too: `2026-12/90`, in English `2026-12-en/90`. The words of both
languages change together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

COMMITMENT = (
    "Tôi cam kết những điều khai trên là đúng, là của chính tôi, và chịu trách nhiệm trước pháp luật "
    "về nội dung đã khai."
)
CONSENT = (
    "Tôi đã đọc các điều trên và đồng ý để cơ quan BHXH đã chọn xem và lưu thông tin, ảnh trong tờ khai này "
    "để cấp tài khoản giao dịch điện tử."
)


@dataclass(frozen=True)
class Words:
    """What stands on the page, from top to bottom: `facts` above the boxes, then what each box is for."""

    version: str
    facts: tuple[str, ...]
    consent: str
    commitment: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all of it as shown."""
        return hashlib.sha256(
            "\n".join([self.version, *self.facts, self.consent, self.commitment]).encode()
        ).hexdigest()


# By version: the facts, the consent, the commitment.
TEXTS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "2026-11": (
        (),
        "Tôi đồng ý để cơ quan BHXH đã chọn xem và lưu thông tin, ảnh chân dung và ảnh giấy tờ trong tờ khai này "
        "để cấp tài khoản giao dịch điện tử. Ảnh giấy tờ chỉ dùng để đối chiếu; ảnh chân dung được giữ cho thẻ của "
        "tôi.",
        COMMITMENT,
    ),
    "2026-12": (
        (
            "Ai xem: cán bộ xét duyệt và giám sát của cơ quan BHXH bạn chọn. Mỗi lần xem được ghi lại; bạn xem được ai "
            "đã xem.",
            "Ảnh giấy tờ và ảnh chân dung trong tờ khai: xóa sau {days} ngày kể từ khi có kết quả. Nếu được chấp "
            "nhận, một bản ảnh chân dung được giữ cho thẻ của bạn.",
            "Thông tin đã khai: giữ cùng hồ sơ. Khi đã có kết quả, bạn có thể yêu cầu xóa; lúc nào cũng lấy được bản "
            "sao, ở mục Theo dõi hồ sơ.",
        ),
        CONSENT,
        COMMITMENT,
    ),
    "2026-12-en": (
        (
            "Who sees it: reviewing officers and supervisors of the social insurance office you chose. Each look is "
            "recorded; you can see who looked.",
            "Photos of ID documents and the portrait photo in the declaration: deleted {days} days after the decision. "
            "If it is accepted, a copy of the portrait photo is kept for your card.",
            "What you declared: kept with the file. Once there is a decision you can ask for it to be deleted; you can "
            "take a copy at any time, under Follow your file.",
        ),
        "I have read the points above and agree that the social insurance office I chose may see and keep the details "
        "and photos in this declaration in order to issue an account for online services.",
        "I commit that what I declare is true and is about myself, and I am responsible for it before the law.",
    ),
}
LATEST = {"vi": "2026-12", "en": "2026-12-en"}


def current() -> Words:
    """What the page shows today, in its language: nobody agrees to what they cannot read."""
    return of_version(f"{LATEST[get_language() or settings.LANGUAGE_CODE]}/{settings.PAPER_PHOTOS_KEPT_DAYS}")


def of_version(version: str) -> Words:
    """What stood on the page of a declaration that keeps `version`. KeyError for one that never was."""
    name, _slash, days = version.partition("/")
    facts, consent, commitment = TEXTS[name]
    return Words(version, tuple(fact.format(days=days) for fact in facts), consent, commitment)
