"""The addresses of Kawal, and the floors."""

from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from tools.bench import floors

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *urlpatterns,
    path("bench/page/", floors.page),
    path("api/v1/bench/list/", floors.ListFloor.as_view()),
    path("api/v1/bench/create/", floors.CreateFloor.as_view()),
]
