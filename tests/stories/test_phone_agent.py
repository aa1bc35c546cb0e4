"""A phone agent's morning: ten calls, by keyboard alone (OB-1 to OB-4, OB-6, HC-1, HC-2, P-06 5 and 7)."""

import pytest
from playwright.sync_api import Page, expect

from tests.keyboard import Hands, arrived
from tickets.models import Chase, Forwarding, Report, Ticket, TicketUpdate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CALLERS = ("Sri Wahyuni", "Budi Hartono", "Dewi Lestari", "Joko Prasetyo", "Rina Marlina", "Agus Salim", "Wati Ningsih")


class Desk:
    """What the agent does in a call; each is keys alone."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.page, self.calls = hands, hands.page, 0

    def picks_up(self) -> None:
        """The next call: a fresh form, the greeting on the screen, the cursor in the search."""
        if self.calls:
            self.hands.press("n")
            arrived(self.page, r"/tickets/new/$")
        self.calls += 1
        expect(self.page.locator("#id_service_number")).to_be_focused()
        expect(self.page.locator("#rail")).to_contain_text("Saya Sari. Dengan siapa saya berbicara?")

    def hears(self, number: str, *, contact: int = 0) -> None:
        """The number, and the kind of contact, so many presses down."""
        self.hands.fill(number, tabs=1)
        for _ in range(contact):
            self.page.keyboard.press("ArrowDown")

    def takes_down(self, name: str, symptom: str, words: str) -> None:
        """A customer who was never here: name, reporter, phone, verified, service, symptom, and what they say."""
        self.hands.leave()
        self.hands.fill(name)
        self.hands.fill(name, tabs=2)
        self.hands.fill(f"0812 2045 77{self.calls:02d}", tabs=2)
        self.hands.press("Space", "Tab")
        self.hands.fill("Indi")
        self.hands.fill(symptom)
        self.hands.fill(words, tabs=0)

    def sends(self) -> Ticket:
        """And says the number, the offer of further help and the goodbye."""
        self.hands.press("Control+Enter")
        arrived(self.page, r"/tickets/T-\d{6}/sent/")
        shown = self.page.locator("main")
        expect(shown).to_contain_text("Apakah ada hal lain yang dapat saya bantu")
        number = self.page.locator("#number").inner_text()
        expect(shown).to_contain_text(f"sebutkan nomor {number}")
        return Ticket.objects.get(pk=int(number.removeprefix("T-")))

    def opens(self, ticket: Ticket) -> None:
        """From the page after sending."""
        self.hands.press("o")
        arrived(self.page, rf"{ticket.url}$")

    def acts(self, key: str, title: str) -> None:
        """The dialog of this key."""
        self.hands.press(key)
        self.hands.expect_dialog(title)

    def done(self, words: str) -> None:
        """Sent, and it stands in the history."""
        self.hands.press("Control+Enter")
        expect(self.page.locator("#ticket-history")).to_contain_text(words)
        self.page.wait_for_load_state("load")

    def back_to_calls(self) -> None:
        """From a ticket to the next call: *go to*, *new ticket*."""
        self.hands.press("g", "b")
        arrived(self.page, r"/tickets/new/$")
        self.calls += 1
        expect(self.page.locator("#id_service_number")).to_be_focused()

    def closes(self, solution: str, cause: str) -> None:
        """As the standard asks, with the words on the screen (OB-6)."""
        self.acts("c", "Tutup tiket")
        expect(self.page.get_by_role("dialog")).to_contain_text("Apakah ada hal lain yang dapat saya bantu")
        self.hands.fill(solution)
        self.hands.fill(cause)
        self.hands.press("Space", "Tab", "Space")
        self.done("menutup tiket")


@pytest.fixture
def desk(hands: Hands) -> Desk:
    return Desk(hands)


@pytest.mark.req("OB-1", "OB-2", "OB-3", "OB-4", "OB-6", "HC-1", "HC-2")
def test_ten_calls_by_keyboard(desk: Desk, page: Page, agent):
    desk.picks_up()  # 1: a new complaint
    desk.hears("152400000001")
    desk.takes_down(CALLERS[0], "Internet mati total", "Lampu LOS merah sejak pagi")
    first = desk.sends()

    desk.picks_up()  # 2: the same one reports again
    desk.hears("152400000001")
    expect(page.locator("#rail")).to_contain_text("Tambahkan sebagai lapul ke-1")
    expect(page.locator("#id_customer_name")).to_have_value(CALLERS[0])
    desk.hands.leave(9)
    expect(page.locator("#id_description")).to_be_focused()
    desk.hands.fill("Masih mati, kapan teknisi datang?", tabs=0)
    desk.hands.press("Escape", "l")
    arrived(page, r"/sent/\?report=")
    expect(page.locator("#number")).to_have_text(first.number)

    desk.picks_up()  # 3: a request
    desk.hears("152400000003", contact=3)
    desk.takes_down(CALLERS[1], "Minta pindah alamat", "Pindah ke Jl. Merdeka 5")
    request = desk.sends()

    desk.picks_up()  # 4: an information, given at once and closed
    desk.hears("152400000004", contact=2)
    expect(page.locator("#rail")).to_contain_text("Saat memberi informasi")
    desk.takes_down(CALLERS[2], "Tanya tanggal tagihan", "Kapan tagihan terbit?")
    told = desk.sends()
    desk.opens(told)
    desk.closes("Tagihan terbit tanggal 5", "Pertanyaan tagihan")

    desk.back_to_calls()  # 5: a fault that goes to its unit
    desk.hears("152400000005")
    desk.takes_down(CALLERS[3], "Internet lambat", "Cuma 2 Mbps")
    slow = desk.sends()
    desk.opens(slow)
    desk.acts("u", "Teruskan ke unit")
    desk.hands.fill("TREG 3 Bandung")
    desk.hands.fill("Mohon cek redaman")
    desk.hands.fill("IN-77120", tabs=0)
    desk.done("meneruskan ke TREG 3 Bandung dengan nomor IN-77120")
    desk.acts("k", "Kejar unit")
    desk.hands.press("ArrowDown", "Tab")
    desk.hands.press("ArrowDown", "Tab")
    desk.hands.fill("Teknisi menuju ODP", tabs=0)
    desk.done("ada kabar")

    desk.back_to_calls()  # 6: its customer asks how far it is, and hears the last word
    desk.hears("152400000005", contact=1)
    expect(page.locator("#rail")).to_contain_text("Teknisi menuju ODP")
    page.keyboard.press("Tab")
    desk.hands.fill("Sudah sampai mana?", tabs=0)
    desk.hands.press("Control+Enter")
    arrived(page, r"/sent/\?report=")
    desk.opens(slow)
    desk.hands.press("p")
    expect(page.locator("#update-text")).to_be_focused()
    desk.done("mengabari pelanggan")

    desk.back_to_calls()  # 7: angry: a hard complaint
    desk.hears("152400000007")
    desk.takes_down(CALLERS[4], "Putus-putus", "Kalau begini saya cabut")
    desk.hands.press("Escape")
    desk.hands.press("2")
    expect(page.locator("#hard")).to_contain_text("1 dari 5 tanda")
    hard = desk.sends()

    desk.picks_up()  # 8: known by phone; Enter takes the number over
    desk.hands.fill("0812 2045 7703", tabs=0)
    expect(page.locator("#known")).to_contain_text("152400000003")
    desk.hands.press("Enter")
    expect(page.locator("#id_service_number")).to_have_value("152400000003")
    expect(page.locator("#rail")).to_contain_text("Minta pindah alamat")
    expect(page.locator("#known [data-takes]")).to_have_count(0)  # what the next Tab passed over is gone
    desk.hands.press("Tab", "ArrowDown", "Tab")
    desk.hands.fill("Sampai mana pindah alamat saya?", tabs=0)
    desk.hands.press("Control+Enter")
    arrived(page, r"/sent/\?report=")
    expect(page.locator("#number")).to_have_text(request.number)

    desk.picks_up()  # 9: solved in the call, on the spot
    desk.hears("152400000009")
    desk.takes_down(CALLERS[5], "Wi-Fi tidak muncul", "Nama Wi-Fi hilang")
    spot = desk.sends()
    desk.opens(spot)
    desk.closes("SSID dinyalakan lagi", "Setelan modem")

    desk.back_to_calls()  # 10: an agent who is refused asks for the TL
    desk.hears("152400000010")
    desk.takes_down(CALLERS[6], "Telepon bisu", "Saya mau bicara dengan atasan Anda")
    last = desk.sends()
    desk.opens(last)
    desk.hands.press("m")
    expect(page.locator("#ticket-history")).to_contain_text("meminta TL mengambil alih")

    assert desk.calls == 10 and Ticket.objects.count() == 7
    kinds = {each.interaction for each in Ticket.objects.all()}
    assert kinds == {"complaint", "request", "information"} and Ticket.objects.get(pk=hard.pk).kind == "hard_complaint"
    assert Report.objects.filter(ticket=first, kind="complaint").count() == 2
    assert Report.objects.filter(kind="progress_question").count() == 2
    assert {told.pk, spot.pk} == set(Ticket.objects.filter(status="closed").values_list("pk", flat=True))
    assert Forwarding.objects.get().ticket == slow and Chase.objects.get().outcome == "answered"
    assert "Teknisi menuju ODP" in TicketUpdate.objects.get(ticket=slow, to="customer").text
