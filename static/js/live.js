// [data-live="URL"]: a part that follows what happens. It asks with its version; 204 means that nothing changed. Nothing moves under the
// cursor: known rows change where they stand, new ones wait behind a strip. See docs/pages.md.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`kawal:${name}`, { detail }));
const zone = document.querySelector("[data-wall]")?.dataset.wall;
const clock = (time) => new Date(time).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).replace(":", ".");
const rowsOf = (element) => element.querySelector("[data-rows]");
const keysOf = (rows) => [...rows.children].filter((row) => row.dataset.key);
const typing = (element) => element.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox], [type=radio]), textarea, select");

// Puts `fresh` where `old` stands and gives the focus, the tick and the marker back to what had them.
function replace(old, fresh) {
  const inside = old.contains(document.activeElement) ? document.activeElement : null;
  const at = inside ? [...old.querySelectorAll("a, button, input, [tabindex]")].indexOf(inside) : -1;
  const ticks = [...old.querySelectorAll("input[type=checkbox]")].map((tick) => tick.checked);
  fresh.querySelectorAll("input[type=checkbox]").forEach((tick, index) => { if (ticks[index]) tick.checked = true; });
  if (old.getAttribute("aria-selected")) fresh.setAttribute("aria-selected", old.getAttribute("aria-selected"));
  old.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (at >= 0) fresh.querySelectorAll("a, button, input, [tabindex]")[at]?.focus({ preventScroll: true });
}

class Part {
  constructor(element) {
    Object.assign(this, { element, version: element.dataset.version, seen: Date.now(), waiting: null, failed: 0 });
    this.every = 1000 * (Number(element.dataset.every) || 7 + 3 * Math.random());
    this.later();
  }
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), this.every);
  }
  async ask() {
    if (!this.element.isConnected) return;
    clearTimeout(this.timer);
    const url = new URL(this.element.dataset.live, location.href);
    url.searchParams.set("v", this.version);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return this.signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      this.heard(answer);
      if (answer.status === 200) this.take(answer, await answer.text());
    } catch {
      this.lost();
    }
    this.later();
  }
  heard(answer) {
    if (answer.headers.get("X-Now")) tell("time", Number(answer.headers.get("X-Now")));
    if (this.failed) { tell("unstrip", "stale"); tell("unstrip", "signed-out"); }
    Object.assign(this, { failed: 0, seen: Date.now() });
  }
  lost() {
    this.failed += 1;
    if (this.failed < 2 && navigator.onLine) return;   // one lost packet is not worth a word
    tell("strip", { kind: "stale", lead: words.stale.replace("%(time)s", clock(this.seen)), text: words.staleWhy, retry: () => this.ask() });
  }
  signedOut() {
    this.failed += 1;
    tell("strip", { kind: "signed-out", text: words.signedOut, href: `${document.body.dataset.login}?next=${encodeURIComponent(location.pathname)}` });
    this.later();
  }
  take(answer, html) {
    if (!this.element.isConnected) return;   // replaced while it asked: what it has heard is older than what is there now
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById(this.element.id);
    if (!fresh) return;
    if (typing(this.element) && !rowsOf(this.element)) return;   // asked again next time, with the old version
    this.version = answer.headers.get("X-Version") ?? fresh.dataset.version;
    this.element.dataset.version = this.version;
    for (const also of page.querySelectorAll("[data-also][id]")) {
      const here = document.getElementById(also.id);
      if (here && here.outerHTML !== also.outerHTML) replace(here, also);
    }
    if (rowsOf(this.element) && rowsOf(fresh)) this.merge(fresh);
    else this.show(fresh);
    tell("swapped", this.element.id);
  }
  show(fresh) {
    const holder = document.createElement("div");
    const old = document.createElement("div");
    const focus = document.activeElement?.id && this.element.contains(document.activeElement) ? document.activeElement.id : null;
    holder.append(...fresh.childNodes);
    old.append(...this.element.childNodes);
    this.element.append(...holder.childNodes);
    window.htmx?.process(this.element);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }
  merge(fresh) {
    const rows = rowsOf(this.element);
    const known = new Map(keysOf(rows).map((row) => [row.dataset.key, row]));
    const coming = keysOf(rowsOf(fresh));
    const names = coming.map((row) => row.dataset.key);
    const added = names.filter((name) => !known.has(name)).length;
    const order = [...known.keys()].filter((name) => names.includes(name));
    const moved = order.length !== known.size || order.some((name, index) => names.filter((n) => known.has(n))[index] !== name);
    const copy = fresh.cloneNode(true);
    for (const row of coming) if (known.has(row.dataset.key)) this.refresh(known.get(row.dataset.key), row);
    for (const [name, row] of known) row.toggleAttribute("data-gone", !names.includes(name));
    for (const part of fresh.querySelectorAll("[id]")) {
      const here = !part.closest("[data-rows]") && this.element.querySelector(`#${CSS.escape(part.id)}`);
      if (here && here.outerHTML !== part.outerHTML) replace(here, part);
    }
    if (!known.size && added) return this.reveal(copy);   // an empty list has nothing that could move
    if (added || moved) this.offer(copy, added);
    else this.withdraw();
  }
  refresh(old, row) {
    const current = old.matches("[aria-current]") || old.querySelector("[aria-current]");
    const link = row.matches("a") ? row : row.querySelector("a");
    if (current) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
    if (old.outerHTML !== row.outerHTML) replace(old, row);
  }
  offer(copy, added) {
    this.waiting = copy;
    const text = added ? (this.element.dataset.new ?? words.newRows).replace("%(count)s", added) : words.moved;
    this.strip ??= document.getElementById("strip-models").content.querySelector("[data-strip=live]").cloneNode(true);
    this.strip.setAttribute("aria-keyshortcuts", ".");
    this.strip.onclick = () => this.reveal(this.waiting);
    if (!this.strip.isConnected) (this.element.querySelector("[data-strip-here]") ?? rowsOf(this.element).closest(".scroll, .list, table, ul, ol")).before(this.strip);
    const said = this.strip.querySelector("[data-text]");
    if (said.textContent === text) return;
    said.textContent = text;
    if (added) tell("say", { text });
  }
  withdraw() {
    this.waiting = null;
    this.strip?.remove();
  }
  reveal(copy) {
    const rows = rowsOf(this.element);
    const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
    const picked = new Set([...rows.querySelectorAll("[data-key]:has(input:checked)")].map((row) => row.dataset.key));
    const current = rows.querySelector("[aria-current]")?.closest("[data-key]")?.dataset.key;
    rows.replaceChildren(...rowsOf(copy).childNodes);
    for (const row of keysOf(rows)) {
      const link = row.matches("a") ? row : row.querySelector("a");
      if (row.dataset.key === current) link?.setAttribute("aria-current", "true");
      if (picked.has(row.dataset.key)) row.querySelectorAll("input[type=checkbox]").forEach((tick) => { tick.checked = true; });
      if (row.dataset.key === focused) link?.focus({ preventScroll: true });
    }
    this.withdraw();
    this.element.querySelector(".empty-state")?.closest("[data-empty]")?.setAttribute("hidden", "");
    window.htmx?.process(rows);
    tell("say", { text: words.shown });
    tell("swapped", this.element.id);
  }
}

const parts = [];
function find() {
  for (const element of document.querySelectorAll("[data-live]")) if (!parts.some((part) => part.element === element)) parts.push(new Part(element));
}
document.addEventListener("visibilitychange", () => document.hidden || parts.forEach((part) => part.ask()));
addEventListener("online", () => parts.forEach((part) => part.ask()));
addEventListener("offline", () => parts.forEach((part) => part.lost()));
document.addEventListener("kawal:refresh", () => parts.forEach((part) => part.ask()));
document.addEventListener("htmx:afterSwap", find);
find();
