"""Addresses of the pages."""

from django.urls import path

from outbound.views import campaigns, cockpit, listing, owing, prospect, recordings, report, results

app_name = "outbound"
urlpatterns = [
    path("recordings/<int:pk>/audio/", recordings.audio, name="recording"),
    path("prospects/<int:pk>/recordings/", recordings.attach_to_prospect, name="attach-recording"),
    path("caring-results/<int:pk>/recordings/", recordings.attach_to_result, name="attach-recording-to-result"),
    path("caring/", listing.listing, name="list"),
    path("caring/report/", report.report, name="report"),
    path("caring/report/export/", report.export, name="report-export"),
    path("caring/next/", listing.take_next, name="next"),
    path("caring/<int:pk>/", cockpit.callback, name="callback"),
    path("caring/<int:pk>/claim/", cockpit.claim, name="claim"),
    path("caring/<int:pk>/release/", cockpit.release, name="release"),
    path("caring/<int:pk>/withdraw/", cockpit.withdraw, name="withdraw"),
    path("caring/<int:pk>/call/", cockpit.call, name="call"),
    path("caring/<int:pk>/pulse/", cockpit.pulse, name="pulse"),
    path("dapros/", prospect.start, name="prospects"),
    path("dapros/next/", prospect.take_next, name="pick"),
    path("dapros/<int:pk>/", prospect.prospect, name="prospect"),
    path("dapros/<int:pk>/release/", prospect.release, name="release-prospect"),
    path("dapros/<int:pk>/call/", prospect.call, name="call-prospect"),
    path("dapros/<int:pk>/pulse/", prospect.pulse, name="pulse-prospect"),
    path("results/", results.listing, name="results"),
    path("results/<int:pk>/undo/", prospect.undo, name="undo"),
    path("results/<int:pk>/send-back/", results.send_back, name="send-back"),
    path("results/<int:pk>/correct/", results.correct, name="correct"),
    path("differences/<int:pk>/settle/", results.settle, name="settle"),
    path("campaigns/", campaigns.listing, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="campaign-new"),
    path("campaigns/payments/import/", campaigns.upload_of_leader, {"kind": "payments"}, name="payments-import"),
    path("campaigns/compare/import/", campaigns.upload_of_leader, {"kind": "comparison"}, name="compare-import"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/open/", campaigns.set_active, name="campaign-active"),
    path("campaigns/<int:pk>/import/", campaigns.upload_prospects, name="campaign-import"),
    path("campaigns/<int:pk>/export/", campaigns.export, name="export"),
    path("tickets/<str:number>/caring/", cockpit.of_ticket, name="caring-of-ticket"),
    path("tickets/<str:number>/callback/", owing.owe, name="owe"),
]
