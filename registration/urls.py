from django.urls import path

from registration.views import tracking, wizard

app_name = "registration"

urlpatterns = [
    path("dang-ky/", wizard.start, name="start"),
    path("dang-ky/ca-nhan/", wizard.phone, name="phone"),
    path("dang-ky/ca-nhan/ma/", wizard.code, name="code"),
    path("dang-ky/ca-nhan/thong-tin/", wizard.identity, name="identity"),
    path("dang-ky/ca-nhan/anh/", wizard.photos, name="photos"),
    path("dang-ky/ca-nhan/anh/<slug:kind>/", wizard.photo, name="photo"),
    path("dang-ky/ca-nhan/dia-chi/", wizard.address, name="address"),
    path("dang-ky/ca-nhan/kiem-tra/", wizard.check, name="check"),
    path("dang-ky/ca-nhan/xong/", wizard.done, name="done"),
    path("ho-so/", tracking.track, name="track"),
]
