// Everything from the keyboard. An element says its key in aria-keyshortcuts; letters rest while somebody types. `?` lists what there is.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const sheet = document.getElementById("keys");
const FIELDS = "textarea, select, [contenteditable=true], input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=file])";
let going = 0;
let group = null;

const typing = () => document.activeElement?.matches(FIELDS) ?? false;
// What waits in a closed menu keeps its key.
const shownOrInMenu = (element) => element.checkVisibility({ visibilityProperty: true }) || element.closest("details.menu")?.checkVisibility();
const visible = (element) => shownOrInMenu(element) && !element.closest("[inert]");
const open = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true";
const scope = () => [...document.querySelectorAll("dialog[open]")].pop() ?? document;
const keysOf = (element) => element.getAttribute("aria-keyshortcuts").toLowerCase().split(/\s+/);
const all = (selector) => [...scope().querySelectorAll(selector)].filter(visible);

function nameOf(event) {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const held = [event.ctrlKey && "control", event.altKey && "alt", event.metaKey && "meta", event.shiftKey && key.length > 1 && "shift"];
  return [...held.filter(Boolean), key].join("+");
}

// Of several elements with the same key, the one in the card or row that has the focus is meant.
function holderOf(name) {
  const found = all("[aria-keyshortcuts]").filter((element) => open(element) && keysOf(element).includes(name));
  const near = document.activeElement?.closest("article, .card, .slot, tr, form, section");
  return found.find((element) => near?.contains(element)) ?? found[0];
}

function press(element) {
  if (element.matches(FIELDS)) element.focus();
  else element.click();
  if (element.matches("input")) element.focus();
}

function send() {
  const form = document.activeElement?.closest("form[method=post], form[hx-post]");
  const button = form?.querySelector("[aria-keyshortcuts~='Control+Enter']") ?? form?.querySelector("button.primary:not([type=button], [form])");
  if (button && open(button)) return button.click();
  if (form && !button) return form.requestSubmit();
  const holder = holderOf("control+enter");
  if (holder) press(holder);
}

function rows() {
  return all("a.row, button.row, table[data-nav] tbody tr, [data-nav] > li");
}

function rowAt() {
  const list = rows();
  const focused = list.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : list.findIndex((row) => row.matches("[aria-current]") || row.querySelector("[aria-current]"));
}

function step(by) {
  const list = rows();
  if (!list.length) return false;
  const row = list[Math.min(list.length - 1, Math.max(0, rowAt() + by))];
  const target = row.matches("a, button") ? row : row.querySelector("th a, a, button");
  target?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function pick() {
  const tick = rows()[rowAt()]?.closest("li, tr")?.querySelector("input[type=checkbox]");   // beside a link, or in it
  tick?.click();
  return Boolean(tick);
}

// Digits choose in the order drawn: in the group with the focus, else the last one touched, else the first one still open.
function choose(number) {
  const groups = all("[data-digits]");
  const active = groups.find((g) => g.contains(document.activeElement)) ?? (groups.includes(group) ? group : null);
  const chosen = active ?? groups.find((g) => !g.querySelector(":checked")) ?? groups[0];
  const choice = chosen?.querySelectorAll("input:not(:disabled), button:not(:disabled)")[number - 1];
  if (!choice) return false;
  group = chosen;
  choice.focus();
  choice.click();   // last: what it opens may take the focus at once
  if (chosen.dataset.digits === "next") groups[groups.indexOf(chosen) + 1]?.querySelector("input, button")?.focus();
  return true;
}

// Places on the rail: their own letter, else the first letter of the name that is still free.
function places() {
  const taken = new Map();
  const links = [...document.querySelectorAll(".rail a[data-place]")];
  for (const link of links) if (link.dataset.place) taken.set(link.dataset.place, link);
  for (const link of links.filter((l) => !l.dataset.place)) {
    const letter = [...label(link).toLowerCase()].find((l) => /[a-z]/.test(l) && !taken.has(l));
    if (letter) taken.set(letter, link);
  }
  return taken;
}

function label(element) {
  const copy = (element.labels?.[0] ?? element).cloneNode(true);
  copy.querySelectorAll("kbd, .count, svg, small, .phone").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ") || element.getAttribute("aria-label") || element.title;
}

const shown = (key) => ({ escape: "Esc", "control+enter": "Ctrl ↵", space: "␣", enter: "Enter" })[key] ?? key.toUpperCase();

function list(target, entries) {
  target.replaceChildren();
  for (const [keys, text] of entries) {
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    keys.forEach((key) => term.append(Object.assign(document.createElement("kbd"), { textContent: key })));
    meaning.textContent = text;
    target.append(term, meaning);
  }
}

function showSheet() {
  const here = new Map();
  for (const element of all("[aria-keyshortcuts]")) if (!here.has(keysOf(element)[0])) here.set(keysOf(element)[0], label(element));
  list(sheet.querySelector("[data-keys-page]"), [...here].map(([key, text]) => [[shown(key)], text]));
  sheet.querySelector("[data-keys-none]").hidden = here.size > 0;
  list(sheet.querySelector("[data-keys-places]"), [...places()].map(([letter, link]) => [["G", letter.toUpperCase()], label(link)]));
  sheet.showModal();
}

function letter(name) {
  if (Date.now() < going) {
    going = 0;
    const place = places().get(name);
    if (place) { place.click(); return true; }
  }
  const digit = /^[1-9]$/.test(name) ? Number(name) : 0;
  if (digit && document.activeElement?.closest("[data-digits]")) return choose(digit);
  const holder = holderOf(name);
  if (holder) { press(holder); return true; }
  if (digit) return choose(digit);
  switch (name) {
    case "j": return step(1);
    case "k": return step(-1);
    case "x": return pick();
    case "g": if (scope() === document) going = Date.now() + 1500; return true;   // nobody leaves the page from a dialog
    case "/": { const field = all("[data-find]")[0]; field?.focus(); field?.select(); return Boolean(field); }
    case "?": if (sheet && scope() === document) showSheet(); return true;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  if (name === "control+enter") { event.preventDefault(); return send(); }
  if (name === "escape") {
    if (scope() !== document) return;   // the dialog closes by itself
    if (typing()) return document.activeElement.blur();
    const back = holderOf("escape");
    if (back) { event.preventDefault(); press(back); }
    return;
  }
  if (name.includes("+") && name.length > 1) {
    const holder = holderOf(name);
    if (holder) { event.preventDefault(); press(holder); }
    return;
  }
  if (typing()) return;
  const named = name === "space" || name === "enter";
  if (named && document.activeElement?.matches("a, button, input, summary")) return;
  if ((name.length === 1 || named) && letter(name)) event.preventDefault();
});
document.addEventListener("focusin", (event) => { group = event.target.closest?.("[data-digits]") ?? group; });
sheet?.addEventListener("close", () => document.getElementById("isi")?.focus({ preventScroll: true }));
document.querySelector("[data-opens=keys]")?.addEventListener("click", (event) => { event.stopPropagation(); showSheet(); });
