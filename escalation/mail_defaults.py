"""What mail starts with: the table of decisions of W-05, handlers and words, all for an administrator to change."""

from typing import Any

from escalation.models import Channel, ChannelKind, Group, Purpose
from escalation.models.mail import ComplaintKind
from escalation.models.mail_desk import MailHandler, MailRule, MailTemplate, Needs, RuleAct, TemplateUse
from tickets.models import Interaction, Segment

COORDINATION = "Lintas koordinasi"
SIGNED = "\n\nSalam,\n{agen}\nTENESA"
WORDS: list[tuple[str, str, TemplateUse, str, str]] = [
    (
        "edukasi-dcs",
        "Edukasi pelanggan perumahan (DCS)",
        TemplateUse.EDUCATION,
        "W-05 1.2.3",
        "Yth. {nama},\n\nTerima kasih sudah menghubungi kami. Layanan perumahan ditangani oleh tim tersendiri. "
        "Surat Anda sudah kami "
        "teruskan kepada tim itu, dan mereka yang akan menghubungi Anda. Untuk gangguan berikutnya Anda dapat "
        "langsung menelepon 147.",
    ),
    (
        "edukasi-permintaan-dbs",
        "Edukasi permintaan DBS",
        TemplateUse.EDUCATION,
        "W-05 1.2.4",
        "Yth. {nama},\n\nTerima kasih atas permintaan Anda. Permintaan layanan bisnis diproses oleh tim "
        "tersendiri. Surat Anda sudah "
        "kami teruskan kepada tim itu, dan mereka yang akan menghubungi Anda tentang kelengkapan dan jadwalnya.",
    ),
    (
        "tanya-nomor",
        "Tanya nomor tiket atau ID produk",
        TemplateUse.ASK,
        "W-05 1.2.9",
        "Yth. {nama},\n\nAgar kami dapat melihat perkembangannya, mohon balas surat ini dengan nomor tiket atau "
        "nomor ID produk yang "
        "Anda keluhkan.",
    ),
    (
        "progres-tiket",
        "Progres tiket",
        TemplateUse.PROGRESS,
        "W-05 1.2.10",
        "Yth. {nama},\n\nPerkembangan tiket {tiket}: {progres}\n\nInformasi dari surat Anda sudah kami catat pada tiket itu.",
    ),
    (
        "layanan-normal",
        "Layanan terpantau normal",
        TemplateUse.NORMAL,
        "W-05 1.2.7",
        "Yth. {nama},\n\nKami sudah memeriksa layanan {nomor} dan saat ini terpantau normal. Bila masih ada "
        "kendala di tempat Anda, "
        "matikan perangkat selama lima menit, nyalakan kembali, lalu balas surat ini dengan apa yang Anda lihat.",
    ),
    (
        "tiket-dibuka",
        "Tiket dibuka",
        TemplateUse.TICKET,
        "W-05 1.2.8",
        "Yth. {nama},\n\nLaporan gangguan layanan {nomor} sudah kami buatkan tiket nomor {tiket}. Sebutkan nomor itu bila Anda "
        "menanyakan perkembangannya. Membalas surat ini pun cukup.",
    ),
    (
        "info-jam-layanan",
        "Jam layanan dan cara menghubungi",
        TemplateUse.INFORMATION,
        "W-05 1.2.5",
        "Yth. {nama},\n\nKami melayani 24 jam setiap hari lewat surat ini dan lewat telepon 147. Sertakan nomor "
        "ID produk agar kami "
        "dapat langsung memeriksa layanan Anda.",
    ),
    (
        "info-tagihan",
        "Cara melihat tagihan",
        TemplateUse.INFORMATION,
        "W-05 1.2.5",
        "Yth. {nama},\n\nTagihan terbit setiap tanggal 5 dan dapat dilihat di aplikasi atau ditanyakan lewat "
        "147 dengan menyebut nomor "
        "ID produk. Pembayaran paling lambat tanggal 20.",
    ),
    (
        "pengantar-penanganan",
        "Pengantar ke penanganan",
        TemplateUse.FORWARD,
        "W-05 1.2.3, 1.2.4",
        "Kepada {penanganan},\n\nTerlampir surat pelanggan segmen {segmen} (ID produk {nomor}), mohon "
        "ditangani. Rujukan kami {surat}.",
    ),
    (
        "grup-koordinasi",
        "Kabar ke grup lintas koordinasi",
        TemplateUse.COORDINATION,
        "W-05 1.2.3, 1.2.4",
        "*{surat}* surat pelanggan segmen {segmen}, ID produk {nomor}, sudah diteruskan ke {penanganan} lewat "
        "e-mail. Mohon dibantu.",
    ),
]
ANSWER, FORWARD, OPEN = RuleAct.ANSWER, RuleAct.FORWARD, RuleAct.OPEN_TICKET
RULES: list[dict[str, Any]] = [
    {
        "name": "DCS: edukasi dan teruskan",
        "clause": "W-05 1.2.3",
        "segments": [Segment.DCS],
        "acts": [FORWARD],
        "template": "edukasi-dcs",
        "handler": "Penanganan DCS",
    },
    {
        "name": "Permintaan DBS: edukasi dan teruskan",
        "clause": "W-05 1.2.4",
        "segments": [Segment.DBS],
        "interaction": Interaction.REQUEST,
        "acts": [FORWARD],
        "template": "edukasi-permintaan-dbs",
        "handler": "Penanganan permintaan DBS",
    },
    {
        "name": "Permintaan DES dan DGS: ditangani",
        "clause": "W-05 1.2.3",
        "interaction": Interaction.REQUEST,
        "acts": [OPEN, ANSWER],
    },
    {
        "name": "Informasi: beri informasi",
        "clause": "W-05 1.2.5",
        "interaction": Interaction.INFORMATION,
        "acts": [ANSWER],
        "template": "info-jam-layanan",
    },
    {
        "name": "Tanya progres: jawab dari tiket",
        "clause": "W-05 1.2.9, 1.2.10",
        "interaction": Interaction.COMPLAINT,
        "complaint": ComplaintKind.PROGRESS,
        "acts": [ANSWER],
        "needs": Needs.REFERENCE,
        "template": "progres-tiket",
    },
    {
        "name": "Gangguan baru: cek, lalu jawab atau buka tiket",
        "clause": "W-05 1.2.6 - 1.2.8",
        "interaction": Interaction.COMPLAINT,
        "complaint": ComplaintKind.NEW,
        "acts": [ANSWER, OPEN],
        "needs": Needs.TROUBLESHOOTING,
        "template": "layanan-normal",
    },
]
HANDLERS = {"Penanganan DCS": "dcs@contoh.co.id", "Penanganan permintaan DBS": "permintaan-dbs@contoh.co.id"}


def lay_mail() -> None:
    """Everything, where no rule is yet."""
    if MailRule.objects.exists():
        return
    by_hand = Channel.objects.filter(kind=ChannelKind.BY_HAND).order_by("id").first()
    if by_hand and not Group.objects.filter(purpose=Purpose.COORDINATION).exists():
        Group.objects.create(name=COORDINATION, purpose=Purpose.COORDINATION, channel=by_hand)
    for slug, title, use, clause, text in WORDS:
        words = text if use == TemplateUse.COORDINATION else text + SIGNED
        MailTemplate.objects.create(slug=slug, title=title, use=use, clause=clause, text=words)
    handlers = {name: MailHandler.objects.create(name=name, address=address) for name, address in HANDLERS.items()}
    templates = {each.slug: each for each in MailTemplate.objects.all()}
    for order, row in enumerate(RULES, start=1):
        wired = {"template": templates.get(row.get("template", "")), "handler": handlers.get(row.get("handler", ""))}
        MailRule.objects.create(order=order * 10, **{**row, **wired})
