from django.urls import path

from registration.views import (
    address,
    beginning,
    filing,
    following,
    handover,
    identity,
    own_data,
    photos,
    sheet,
    supplement,
    switching,
    tracking,
    wards,
)

app_name = "registration"

urlpatterns = [
    path("dang-ky/", beginning.start, name="start"),
    path("dang-ky/ca-nhan/", beginning.phone, name="phone"),
    path("dang-ky/ca-nhan/ma/", beginning.code, name="code"),
    path("dang-ky/ca-nhan/to-khai/", switching.switch, name="switch"),
    path("dang-ky/ca-nhan/thong-tin/", identity.identity, name="identity"),
    path("dang-ky/ca-nhan/anh/", photos.photos, name="photos"),
    path("dang-ky/ca-nhan/anh/dien-thoai/", handover.hand_over, name="hand_over"),
    path("dang-ky/anh/", handover.handed_photos, name="handed_photos"),
    path("dang-ky/anh/<slug:token>/", handover.handover, name="handover"),
    path("dang-ky/ca-nhan/anh/<slug:kind>/", photos.photo, name="photo"),
    path("dang-ky/ca-nhan/dia-chi/", address.address, name="address"),
    path("dang-ky/ca-nhan/dia-chi/tim/", wards.found, name="find_wards"),
    path("dang-ky/ca-nhan/kiem-tra/", filing.check, name="check"),
    path("dang-ky/ca-nhan/xong/", filing.done, name="done"),
    path("dang-ky/ca-nhan/xong/tin-nhan/", filing.told, name="told"),
    path("dang-ky/ca-nhan/xoa/", own_data.discard, name="discard"),
    path("ho-so/", tracking.track, name="track"),
    path("ho-so/to-khai.pdf", sheet.sheet, name="sheet"),
    path("ho-so/du-lieu.json", own_data.data, name="data"),
    path("ho-so/xoa/", own_data.erase, name="erase"),
    path("ho-so/ma/", tracking.code, name="file_code"),
    path("ho-so/chi-tiet/", following.file, name="file"),
    path("ho-so/anh/<slug:kind>/", following.photo, name="file_photo"),
    path("ho-so/bo-sung/", supplement.mend, name="supplement"),
    path("ho-so/bo-sung/dien-thoai/", supplement.hand_over, name="supplement_hand_over"),
    path("ho-so/bo-sung/anh/<slug:kind>/", supplement.photo, name="supplement_photo"),
    path("ho-so/rut/", following.withdraw, name="withdraw"),
]
