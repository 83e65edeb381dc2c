"""What the citizen agrees to before Ghi nhận: the words, their version, and their digest.

Change the words and the version together; a filed declaration keeps the
version and digest of what was on the page (Luật 91/2025, NĐ 356/2025).
"""

from __future__ import annotations

import hashlib

VERSION = "2026-11"

CONSENT = (
    "Tôi đồng ý để cơ quan BHXH đã chọn xem và lưu thông tin, ảnh chân dung và ảnh giấy tờ trong tờ khai này "
    "để cấp tài khoản giao dịch điện tử. Ảnh giấy tờ chỉ dùng để đối chiếu; ảnh chân dung được giữ cho thẻ của tôi."
)
COMMITMENT = (
    "Tôi cam kết những điều khai trên là đúng, là của chính tôi, và chịu trách nhiệm trước pháp luật "
    "về nội dung đã khai."
)


def digest() -> str:
    """SHA-256 (hex) of both texts as shown."""
    return hashlib.sha256(f"{VERSION}\n{CONSENT}\n{COMMITMENT}".encode()).hexdigest()
