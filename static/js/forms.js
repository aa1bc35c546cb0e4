// Forms: sent once, with a fresh token, errors found by the focus; counters, reveals, dialogs, menus. Without this file they still post.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];

// Somebody may have signed in again in another tab: the token in this page is then an old one, the cookie has the new one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  const field = form.querySelector("input[name=csrfmiddlewaretoken]");
  if (field && token()) field.value = token();
  if (form.closest("[data-undo]") || [...form.attributes].some((a) => a.name.startsWith("hx-"))) return;
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});
document.addEventListener("htmx:configRequest", (event) => { if (token()) event.detail.headers["X-CSRFToken"] = token(); });
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.querySelector("[data-errors]")?.focus();
for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens], [data-closes]");
  if (button?.dataset.opens) {
    const dialog = document.getElementById(button.dataset.opens);
    dialog?.showModal();
    dialog?.querySelector("[data-errors], [autofocus]")?.focus();
  } else if (button) button.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What was folded away was not shown: a script inside is sent only after its folds were opened.
document.addEventListener("toggle", (event) => {
  for (const field of event.target.querySelectorAll?.("input[name=scripts]:disabled") ?? []) field.disabled = !!field.closest("details:not([open])");
}, true);

const count = (field) => { const shown = document.getElementById(field.dataset.counts); if (shown) shown.textContent = field.value.length; };
document.addEventListener("input", (event) => { if (event.target.dataset?.counts) count(event.target); });
document.querySelectorAll("[data-counts]").forEach(count);

// data-reveals on a radio, a tick or an option names what is shown while it is chosen.
function reveal(scope) {
  const chosen = new Map();   // several choices may show the same
  for (const choice of scope.querySelectorAll("[data-reveals]")) {
    const id = choice.dataset.reveals;
    chosen.set(id, chosen.get(id) || (choice.checked ?? choice.selected));
  }
  for (const [id, is] of chosen) {
    const shown = document.getElementById(id);
    if (shown) shown.hidden = !is;
  }
}
document.addEventListener("change", (event) => {
  reveal(event.target.form ?? document);
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  if (event.target.name === "theme") document.documentElement.dataset.theme = event.target.value;
});
document.addEventListener("htmx:afterSwap", (event) => { reveal(event.target); event.target.querySelector?.("[data-errors]")?.focus(); });
reveal(document);

document.addEventListener("keyup", (event) => {
  const field = event.target.closest?.("[data-caps]");
  if (field) document.getElementById(field.dataset.caps).textContent = event.getModifierState("CapsLock") ? words.capsLock : "";
});
