from django.urls import path

from cards.views import citizen, clinic

app_name = "cards"

urlpatterns = [
    path("the-bhyt/", citizen.card, name="card"),
    path("qua-trinh-tham-gia/", citizen.history, name="history"),
    path("co-so-kcb/", clinic.desk, name="clinic"),
    path("co-so-kcb/luot-xem/", clinic.looks, name="clinic_looks"),
    path("co-so-kcb/anh/<int:event_id>/", clinic.photo, name="clinic_photo"),
]
