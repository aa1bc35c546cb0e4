// The board: the dialogs of its cards and rows. Without this file the same links open the ticket with the same dialog.
const [raise, tell] = ["raise", "tell"].map((id) => document.getElementById(id));

async function openRaise(url) {
  await window.htmx.ajax("GET", url, { target: raise, swap: "innerHTML" });
  if (!raise.querySelector("form")) return;
  raise.showModal();
  raise.querySelector("[autofocus]")?.focus();
}

function openTell({ tell: url, number, text }) {
  const form = tell.querySelector("form");
  const field = form.querySelector("textarea");
  if (form.getAttribute("action") !== url) field.value = text;
  form.setAttribute("action", url);
  tell.querySelector("[data-number]").textContent = number;
  tell.showModal();
  field.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-raise], [data-tell]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (link.dataset.raise) openRaise(link.dataset.raise);
  else openTell(link.dataset);
});
