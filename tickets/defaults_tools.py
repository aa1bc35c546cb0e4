"""The outside tools that a new installation starts with: P-06 6.3-6.18 in the document's words, and the matrix of 11.1-11.5.

The addresses are inside the client's network and unknown to us: an administrator writes them.
"""

from tickets.models import Found, ServiceLine, Tool, ToolUse

L = ServiceLine
SITES = ["JKT", "BDG"]  # every row of 11.1-11.5 says *digunakan di JKT, BDG*
# code: name, purpose, clause, what is recorded of it, whether it gives numbers
TOOLS: dict[str, tuple[str, str, str, Found, bool]] = {
    "mycx": ("My CX", "Membuat tiket gangguan yang dikomplain pelanggan", "P-06 6.3", Found.WORDS, True),
    "nossa": ("NOSSA", "Memonitor penanganan komplain pelanggan", "P-06 6.4", Found.WORDS, True),
    "e-payment": ("E-Payment", "Info tagihan IndiHome dan Telephony", "P-06 6.5", Found.WORDS, False),
    "i-siska": ("I-SISKA", "Database pelanggan dan segmentasi", "P-06 6.6", Found.WORDS, False),
    "tenoss": ("TENOSS", "Cek database dan informasi layanan Data & Internet", "P-06 6.7", Found.WORDS, False),
    "telkom-center": ("TELKOM.CENTER", "Cek data dan topologi link", "P-06 6.8", Found.WORDS, False),
    "nms": ("NMS", "Memonitor status link pelanggan", "P-06 6.9", Found.STATUS, False),
    "securecrt": ("SecureCRT", "Cek perangkat Telkom. Jangan catat sandi", "P-06 6.10", Found.WORDS, False),
    "mrtg": ("MRTG", "Memantau traffic pemakaian link", "P-06 6.11", Found.STATUS, False),
    "embassy": ("EMBASSY", "Mengukur kualitas jaringan IndiHome", "P-06 6.12", Found.LINE, False),
    "wifi-id": ("Dashboard Wifi ID", "Memonitor access point", "P-06 6.13", Found.STATUS, False),
    "monita": ("MONITA", "Memonitor, membagi, dan progres tiket gangguan", "P-06 6.14", Found.WORDS, True),
    "consultancy": ("Consultancy Service", "Input PSB dan permintaan upgrade", "P-06 6.15", Found.WORDS, True),
    "ideas": ("IDEAS", "Cek pendaftaran invoice billing statement lewat e-mail", "P-06 6.16", Found.REGISTERED, False),
    "starclick": ("Starclick NOSS", "Cek jangkauan fiber dan proses PSB/upgrade", "P-06 6.17", Found.WORDS, True),
    "sephia": ("Sephia", "Hard complaint dimasukkan dan ditarik", "W-24 5.1.2", Found.WORDS, True),
    "ems": ("EMS", "Keluhan dan kebutuhan pelanggan lewat e-mail", "P-06 6.18", Found.WORDS, True),
}  # fmt: skip
MATRIX: dict[str, tuple[str, list[str]]] = {
    L.DATA_INTERNET: ("P-06 11.1", ["securecrt", "tenoss", "mycx", "nossa", "mrtg", "monita", "telkom-center"]),
    L.INDIHOME: ("P-06 11.2", ["mycx", "nossa", "monita", "i-siska", "embassy", "e-payment", "wifi-id"]),
    L.TELEPHONY: ("P-06 11.3", ["mycx", "nossa", "monita", "i-siska", "embassy", "tenoss", "e-payment"]),
    L.GLOBAL: ("P-06 11.4", ["securecrt", "tenoss", "mycx", "nossa", "mrtg", "telkom-center"]),
    L.IMES: ("P-06 11.5", ["securecrt", "tenoss", "mycx", "nossa", "mrtg", "telkom-center"]),
}
# *Our choice*: chapter 6 names them and chapter 11 does not; by their own clauses they serve these lines, at every site.
BESIDE: dict[str, list[str]] = {
    L.DATA_INTERNET: ["nms", "consultancy"],
    L.INDIHOME: ["ideas", "consultancy"],
    L.TELEPHONY: ["ideas", "starclick"],
    L.GLOBAL: ["nms"],
    L.IMES: ["nms"],
}


def lay_tools() -> None:
    """Tools and matrix, where none is yet."""
    if Tool.objects.exists():
        return
    fields = ("name", "purpose", "clause", "found", "numbered")
    Tool.objects.bulk_create(Tool(code=code, **dict(zip(fields, row, strict=True))) for code, row in TOOLS.items())
    tools = {tool.code: tool for tool in Tool.objects.all()}
    uses: list[ToolUse] = []
    for line, (clause, codes) in MATRIX.items():
        named = [(code, clause, SITES) for code in codes] + [(code, tools[code].clause, []) for code in BESIDE[line]]
        uses += [
            ToolUse(tool=tools[code], service_line=line, sites=sites, clause=cited, order=order)
            for order, (code, cited, sites) in enumerate(named, 1)
        ]
    ToolUse.objects.bulk_create(uses)
