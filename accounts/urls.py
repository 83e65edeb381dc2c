from django.urls import path

from accounts.views import codes, inbox, messages, own, phone, receipts, recovery, second_factor, session, take_over

app_name = "accounts"

urlpatterns = [
    path("dang-nhap/", session.sign_in, name="login"),
    path("dang-nhap/chuyen-thiet-bi/", take_over.take_over, name="take_over"),
    path("dang-nhap/chuyen-thiet-bi/ma-du-phong/", take_over.take_over_by_paper, name="take_over_by_paper"),
    path("dang-nhap/khong-phai-toi/", take_over.dispute, name="dispute"),
    path("dang-nhap/xac-thuc/", second_factor.ask, name="second_factor"),
    path("xac-thuc-hai-buoc/", second_factor.enrol, name="enrol"),
    path("quen-mat-khau/", recovery.reset, name="reset"),
    path("quen-mat-khau/ma/", recovery.reset_code, name="reset_code"),
    path("quen-mat-khau/mat-khau-moi/", recovery.reset_password, name="reset_password"),
    path("dang-xuat/", session.sign_out, name="logout"),
    path("doi-mat-khau/", session.change_password, name="change_password"),
    path("tai-khoan/", own.profile, name="profile"),
    path("tai-khoan/luot-xem/", own.looks, name="looks"),
    path("tai-khoan/nhat-ky/", own.steps, name="history"),
    path("tai-khoan/anh/", own.portrait, name="portrait"),
    path("tai-khoan/ma-du-phong/", recovery.sheet, name="recovery_codes"),
    path("tai-khoan/dien-thoai/", phone.start, name="phone"),
    path("tai-khoan/dien-thoai/ma/", phone.old_number, name="phone_old"),
    path("tai-khoan/dien-thoai/ma-du-phong/", phone.by_paper, name="phone_by_paper"),
    path("tai-khoan/dien-thoai/ma-so-moi/", phone.new_number, name="phone_new"),
    path("tin-nhan/", messages.messages, name="messages"),
    path("tin-nhan/ma/<slug:purpose>/", codes.state, name="code_state"),
    path("tin-nhan/bao-cao/<slug:name>/", receipts.receipt, name="receipt"),
    path("hop-thu-sms/", inbox.inbox, name="inbox"),
]
