from django.urls import path

from accounts.views import inbox, own, session

app_name = "accounts"

urlpatterns = [
    path("dang-nhap/", session.sign_in, name="login"),
    path("dang-nhap/chuyen-thiet-bi/", session.take_over, name="take_over"),
    path("dang-xuat/", session.sign_out, name="logout"),
    path("doi-mat-khau/", session.change_password, name="change_password"),
    path("tai-khoan/", own.profile, name="profile"),
    path("tai-khoan/luot-xem/", own.looks, name="looks"),
    path("tai-khoan/anh/", own.portrait, name="portrait"),
    path("hop-thu-sms/", inbox.inbox, name="inbox"),
]
