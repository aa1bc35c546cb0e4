"""What a new installation starts with, until an administrator changes it: reasons, scripts, rules, columns (CT-3 to CT-5)."""

from typing import Any

from accounts.models import Counter
from common.clock import now
from outbound.models import CallReason, ExportLayout, Product, ResultRule, RuleKind
from tickets.defaults import lay_script
from tickets.models import ImportMapping, Language

Row = tuple[str, str, dict[str, Any]]
GROUPS_FROM = 100  # in a list of all reasons those that can be chosen come first
GROUPS: dict[str, tuple[str, list[Row]]] = {
    "contacted": (
        "Tersambung",
        [
            ("agree", "Agree, janji bayar", {"agreed": True, "needs_date": True, "needs_amount": True}),
            ("paid", "Sudah bayar", {}),
            ("objection", "Keberatan", {"needs_note": True}),
            ("callback", "Minta callback", {"callback": True}),
            ("unable", "Belum mampu bayar", {"needs_note": True}),
            ("other-person", "Diterima orang lain", {"retry_minutes": 240}),
            ("unsubscribe", "Minta berhenti berlangganan", {"needs_note": True}),
            ("do-not-call", "Jangan ditelepon lagi", {"do_not_call": True}),
        ],
    ),
    "not-contacted": (
        "Tidak tersambung",
        [
            ("no-answer", "RNA, tidak diangkat", {"retry_minutes": 120}),
            ("busy", "Sibuk", {"retry_minutes": 15}),
            ("inactive", "Tidak aktif", {"retry_minutes": 1440}),
            ("mailbox", "Kotak suara", {"retry_minutes": 240}),
            ("wrong-number", "Salah sambung", {"unworkable": True}),
            ("no-such-number", "Nomor tidak terdaftar", {"unworkable": True}),
        ],
    ),
}

ENGLISH = {
    "contacted": "Connected",
    "agree": "Agrees, promises to pay",
    "paid": "Has paid already",
    "objection": "Objects",
    "callback": "Asks for a callback",
    "unable": "Cannot pay yet",
    "other-person": "Somebody else answered",
    "unsubscribe": "Wants to end the subscription",
    "do-not-call": "Do not call again",
    "not-contacted": "Not connected",
    "no-answer": "No answer",
    "busy": "Busy",
    "inactive": "Switched off",
    "mailbox": "Voice mail",
    "wrong-number": "Wrong number",
    "no-such-number": "Number does not exist",
}  # by the code of the reason


def lay_reasons() -> None:
    """The reasons in two levels, where none is yet."""
    if CallReason.objects.exists():
        return
    for place, (code, (name, rows)) in enumerate(GROUPS.items(), start=1):
        contacted = code == "contacted"
        group = CallReason.objects.create(
            code=code, name=name, name_en=ENGLISH[code], contacted=contacted, order=GROUPS_FROM + place
        )
        CallReason.objects.bulk_create(
            CallReason(code=code, name=name, name_en=ENGLISH[code], parent=group, contacted=contacted, order=order, **meaning)
            for order, (code, name, meaning) in enumerate(rows, start=1)
        )


GREETING = "“Selamat {part_of_day}, saya {me} dari Telkom. Benar saya berbicara dengan {customer}?”"
BILL = "“Kami informasikan tagihan {months} sebesar {amount} untuk layanan {service_number} belum kami terima. Ada kendala?”"
REPEAT = "“Jadi {customer} membayar {amount} pada tanggal {promised_on}. Boleh diulangi tanggalnya untuk kami catat?”"
CLOSING = "“Terima kasih, {customer}. Pembayaran dapat lewat m-banking atau minimarket. Selamat {part_of_day}.”"
SOON = "“Agar layanan tetap dapat dipakai, pembayaran kami tunggu sebelum akhir bulan.”"
LAST = "“Layanan dapat dihentikan bila tagihan tiga bulan belum dibayar. Kapan dapat dibayarkan?”"
SCRIPTS = {Product.PRANPC: ("P-01 3, 6.2, 7.1", SOON), Product.CT0: ("P-01 3, 6.1, 7.1", LAST)}
HELLO = "“Selamat {part_of_day}, saya {me} dari layanan pelanggan Telkom. Benar saya berbicara dengan {customer}?”"
NORMAL = "“Kami ingin memastikan perbaikan untuk {symptom} di layanan {service_number}. Apakah sekarang sudah normal?”"
NEWS = "“Kami ingin menyampaikan kabar tentang laporan {symptom}.” Sampaikan pesan di atas, lalu tanyakan tanggapannya."
GOODBYE = "“Terima kasih, {customer}. Bila ada gangguan lagi, sebutkan nomor {ticket}. Ada lagi yang bisa kami bantu?”"
CALLS = {"caring": ("W-24 5.2.8, 5.3.9; P-06 5.1, 5.7", NORMAL), "news": ("W-24 5.3.8; P-06 5.1, 5.7", NEWS)}
HELLO_EN = "“Good {part_of_day}, this is {me} from Telkom customer care. Am I speaking with {customer}?”"
NORMAL_EN = "“We would like to make sure that {symptom} on service {service_number} is repaired. Is it working normally now?”"
NEWS_EN = "“I have news about your report: {symptom}.” Tell the message above, then ask what the customer says to it."
GOODBYE_EN = "“Thank you, {customer}. Should it happen again, please mention {ticket}. Is there anything else we can help with?”"
CALLS_EN = {"caring": NORMAL_EN, "news": NEWS_EN}


def _sections(*parts: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"title": title.rstrip("!"), "text": text, "must": title.endswith("!")} for title, text in parts]


def lay_scripts() -> None:
    """The first script of each product and of each kind of callback, where none is yet."""
    for product, (clause, ask) in SCRIPTS.items():
        parts = [("Salam", GREETING), ("Tagihan!", BILL), ("Ajakan", ask), ("Ulangi janji!", REPEAT), ("Penutup", CLOSING)]
        lay_script(product.lower(), clause, _sections(*parts))
    for use, (clause, ask) in CALLS.items():
        lay_script(use, clause, _sections(("Salam", HELLO), ("Isi!", ask), ("Penutup", GOODBYE)))
        english = _sections(("Greeting", HELLO_EN), ("Message!", CALLS_EN[use]), ("Closing", GOODBYE_EN))
        lay_script(use, clause, english, Language.ENGLISH)


RULES = {
    RuleKind.SHORT_CALL: 20,
    RuleKind.NOT_DIALLED: 0,
    RuleKind.NOT_VERIFIED: 0,
    RuleKind.OVER_BILL: 110,
    RuleKind.UNDER_BILL: 50,
    RuleKind.SHORT_NOTE: 0,
}
LAYOUTS: dict[str, list[tuple[str, str]]] = {
    "MyCX": [
        ("SERVICE_ID", "service_number"), ("CUSTOMER_NAME", "customer_name"), ("CONTACT_NUMBER", "contact_phone"),
        ("CAMPAIGN", "campaign"), ("CALL_DATE", "at"), ("REASON", "reason"), ("SUB_REASON", "sub_reason"),
        ("STATUS", "agreed"), ("PROMISE_DATE", "promised_on"), ("PROMISE_AMOUNT", "promised_amount"), ("AGENT", "agent_code"),
        ("REMARKS", "note"),
    ],
    "TAMARA": [
        ("ND", "service_number"), ("NAMA", "customer_name"), ("NO_HP", "contact_phone"), ("PRODUK", "product"),
        ("UMUR_TUNGGAKAN", "arrears_months"), ("TAGIHAN", "bill_amount"), ("TGL_CARING", "at"), ("HASIL", "sub_reason"),
        ("TGL_JANJI", "promised_on"), ("JML_JANJI", "promised_amount"), ("STATUS_VALIDASI", "state"), ("PETUGAS", "agent_name"),
    ],
    "CWC": [
        ("ACCOUNT", "service_number"), ("CALL_DATE", "at"), ("CONTACTED", "contacted"), ("REASON_CALL", "sub_reason"),
        ("PTP_DATE", "promised_on"), ("PTP_AMOUNT", "promised_amount"), ("DURATION", "call_seconds"), ("USER", "agent_code"),
        ("NOTE", "note"),
    ],
}  # fmt: skip


def lay_checks() -> None:
    """The rules by which entries are checked and the columns in which they leave; rules without a limit begin switched off."""
    if not ResultRule.objects.exists():
        quiet = (RuleKind.SHORT_NOTE, RuleKind.NOT_DIALLED)
        ResultRule.objects.bulk_create(
            ResultRule(kind=kind, limit=limit, active=kind not in quiet) for kind, limit in RULES.items()
        )
    if not ExportLayout.objects.exists():
        ExportLayout.objects.bulk_create(
            ExportLayout(name=name, columns=[{"title": title, "field": field} for title, field in columns])
            for name, columns in LAYOUTS.items()
        )


COMPARED = {"sub_reason": "sub_reason", "on": "at", "promised_on": "promised_on", "promised_amount": "promised_amount"}


def lay_mappings() -> None:
    """Exports of the other systems are compared as they take ours: by the same columns, where no mapping is yet (CT-7)."""
    if ImportMapping.objects.filter(kind="comparison").exists():
        return
    for name, columns in LAYOUTS.items():
        title = {field: column for column, field in columns}
        fields = {ours: title[theirs] for ours, theirs in COMPARED.items()} | {"service_number": title["service_number"]}
        definition = {"system": name, "number": title["service_number"], "fields": fields}
        ImportMapping.objects.create(kind="comparison", name=name, definition=definition, saved_at=now())


def lay(**_: Any) -> None:
    """Everything; runs after each migrate and changes nothing where something stands."""
    lay_reasons()
    lay_scripts()
    lay_checks()
    lay_mappings()
    for name in ("prospects", "results"):
        Counter.objects.get_or_create(name=name)
