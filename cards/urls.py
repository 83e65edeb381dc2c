from django.urls import path

from cards.views import citizen

app_name = "cards"

urlpatterns = [
    path("the-bhyt/", citizen.card, name="card"),
    path("qua-trinh-tham-gia/", citizen.history, name="history"),
]
