"""Settings about customers, too long for the others: when and where they are called, and what they say most."""

CARING_PHRASES = {  # what customers say most, saved by one key: the words, and the satisfaction that they tell (PM-5, QM-6)
    "solved": [
        ("Sudah normal, terima kasih.", ""),
        ("Sudah normal, pelanggan puas.", "good"),
        ("Sudah normal, tetapi menunggu terlalu lama.", "low"),
    ],
    "not_yet": [
        ("Belum normal, gangguan masih sama.", ""),
        ("Sempat normal, lalu putus lagi.", ""),
        ("Belum normal, pelanggan kecewa.", "low"),
    ],
    "visit": [("Minta teknisi datang ke rumah.", "")],
    "heard": [("Pelanggan mengerti dan menunggu.", ""), ("Pelanggan berterima kasih.", "good"), ("Pelanggan keberatan.", "low")],
}
CALLING_HOURS = (8, 21)  # a customer is called between these hours where the customer lives (ESC-4); (0, 24) is always
REGION_TIME_ZONES = {  # of TREG 1 to 7, where the area's name says nothing else
    **dict.fromkeys((1, 2, 3, 4, 5), "Asia/Jakarta"),
    **dict.fromkeys((6, 7), "Asia/Makassar"),
}
AREA_TIME_ZONES = {  # an area (Witel, town, province) with one of these words in its name lies in this zone whatever the region
    "Asia/Jayapura": ["papua", "jayapura", "sorong", "manokwari", "merauke", "timika", "biak", "ambon", "maluku", "ternate"],
    "Asia/Makassar": [
        *("bali", "denpasar", "singaraja", "ntb", "mataram", "lombok", "sumbawa", "ntt", "kupang", "flores", "ende", "sumba"),
        *("balikpapan", "samarinda", "banjarmasin", "tarakan", "kaltim", "kalsel", "kaltara", "makassar", "manado", "palu"),
    ],
    "Asia/Jakarta": ["pontianak", "kalbar", "singkawang", "palangka", "palangkaraya", "kalteng", "sampit"],
}
