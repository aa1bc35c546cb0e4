"""Story: where no gateway joins a unit's group, Support HC pastes what a phone exported of it, and matches it (HC-6)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from common.clock import now
from escalation.models import Escort, InboundMessage, Progress
from tests.stories import acts
from tickets.models import Ticket

# As Android in Indonesian exports a chat: WhatsApp's own lines, a word of two lines, a photo, chatter, words without a number.
EXPORT = """\
{at} - Pesan dan panggilan dienkripsi secara end-to-end. Hanya orang dalam chat ini yang bisa membacanya.
{at} - Anda menambahkan Ujang S.
{at} - Ujang S.: Siap, teknisi menuju ODP #{number}
perkiraan 30 menit
{at} - Ujang S.: <Media tidak disertakan>
{at} - Rina NOC: ada yang lihat charger saya? 😀
{at} - Ujang S.: pelanggan dihubungi, redaman bagus
"""


@pytest.mark.req("HC-6", "HC-3")
def test_an_exported_chat_is_pasted_read_corrected_and_kept_once(story):
    agent, support = story.person("10001"), story.person("40001")
    support.context.grant_permissions(["clipboard-read", "clipboard-write"])
    acts.log(agent, {"Nomor layanan": "152401234567", "Gejala": "Internet mati total"}, sign="Mengancam", region="TREG 5")
    ticket = Ticket.objects.get()
    story.expect(support.locator("[data-rows] > li")).to_contain_text(ticket.number)
    acts.claim(support, ticket)
    acts.dispatch(support, cause="Port ODP rusak", region="TREG 5")
    story.expect_by_hand("TIAL REG-5", containing=f"#{ticket.number}")

    # Pasted and read: WhatsApp's own lines are gone, the number found its ticket, nothing is kept yet.
    exported = EXPORT.format(at=timezone.localtime(now()).strftime("%d/%m/%y %H.%M"), number=ticket.number)
    support.goto("/paste/")
    support.evaluate("text => navigator.clipboard.writeText(text)", exported)
    expect(support.locator("#pasted")).to_be_focused()
    support.keyboard.press("Control+v")
    support.keyboard.press("Control+Enter")
    lines = support.locator("table.paste tbody tr")
    expect(lines.first).to_contain_text("perkiraan 30 menit")
    expect(support.locator("table.paste")).not_to_contain_text("dienkripsi")
    expect(support.get_by_label("Tiket 1")).to_have_value(ticket.number)
    assert not Progress.objects.exists()

    # The last word has no number: the person gives it one, says what it is, and saves. The chatter was taken for none of ours.
    last = lines.filter(has_text="redaman bagus")
    last.get_by_role("textbox").fill(ticket.number)
    last.locator(".pick", has_text="selesai").click()
    support.keyboard.press("Control+Enter")
    expect(support.locator("#toasts")).to_contain_text("dicatat")
    assert list(Progress.objects.order_by("id").values_list("sender", flat=True)) == ["Ujang S.", "Ujang S."]
    assert Escort.objects.get().state == "solved"
    assert InboundMessage.objects.get(text__contains="charger").state == "dismissed"

    # The same export again, from the chat of a day that went on: what is known is grey, and nothing is kept twice.
    known, boxed = Progress.objects.count(), InboundMessage.objects.count()
    support.locator("#pasted").fill(exported)
    support.keyboard.press("Control+Enter")
    expect(support.locator("table.paste tr.known").first).to_contain_text("Sudah tercatat")
    expect(support.get_by_role("button", name=re.compile("^Simpan"))).to_be_hidden()
    assert (Progress.objects.count(), InboundMessage.objects.count()) == (known, boxed)
