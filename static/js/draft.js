// form[data-draft="URL"]: what is typed is saved on the server two seconds later; while that fails, on this computer, and the page says so.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
const person = document.body.dataset.person;
const DAY = 24 * 3600 * 1000;
const zone = document.querySelector("[data-wall]")?.dataset.wall;
// The server's time: this machine's own clock may be minutes off, and would then let an older draft win over a newer one. The server
// gives whole seconds; the one that was begun counts, so that in doubt what lies on this computer wins.
const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
const ahead = (Number(document.documentElement.dataset.now) + 1) * 1000 - arrived;
const present = () => Date.now() + ahead;
const clock = (time = present()) => new Date(time).toLocaleTimeString("id-ID", { hourCycle: "h23", timeZone: zone }).replaceAll(":", ".");
const key = (url) => `draft:${person}:${url}`;
const read = (url) => { try { return JSON.parse(localStorage.getItem(key(url))); } catch { return null; } };
const drop = (url) => { try { localStorage.removeItem(key(url)); } catch { /* storage is switched off */ } };

function keep(url, fields) {
  try { localStorage.setItem(key(url), JSON.stringify({ at: present(), fields })); } catch { /* full or switched off: the page still has it */ }
}

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || typeof value !== "string") continue;
    fields[name] = name in fields ? [fields[name], value].flat() : value;
  }
  return fields;
}

function put(form, fields) {
  for (const field of form.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken" || field.type === "file") continue;
    const values = [fields[field.name] ?? []].flat();
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.name in fields) field.value = values.shift() ?? "";
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

class Draft {
  constructor(form) {
    Object.assign(this, { form, url: form.dataset.draft, timer: 0 });
    this.restore();
    this.last = JSON.stringify(fieldsOf(form));
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    form.addEventListener("submit", () => { clearTimeout(this.timer); keep(this.url, fieldsOf(form)); });
    document.querySelector(`[data-draft-discard]`)?.addEventListener("click", () => this.discard());
    addEventListener("online", () => this.save());
  }
  say(sentence, time) {
    const status = document.querySelector("[data-draft-status]");
    if (status) status.textContent = sentence.replace("%(time)s", clock(time));
  }
  restore() {
    const kept = read(this.url);
    if (!kept) return;
    if (present() - kept.at > DAY) return drop(this.url);
    if (kept.at / 1000 <= Number(this.form.dataset.draftSaved ?? 0) || document.querySelector("[data-errors]")) return;
    put(this.form, kept.fields);
    this.say(words.draftRestored, kept.at);
    this.later();
  }
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 2000);
  }
  async save() {
    const fields = fieldsOf(this.form);
    const now = JSON.stringify(fields);
    if (now === this.last || this.form.dataset.sent) return;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), "HX-Request": "true" };
      const answer = await fetch(this.url, { method: "POST", headers, body: now, redirect: "manual" });
      if (answer.status === 401) this.signedOut();
      if (!answer.ok) throw new Error(answer.type);
      this.last = now;
      drop(this.url);
      document.dispatchEvent(new CustomEvent("kawal:unstrip", { detail: "signed-out" }));
      this.say(words.draftSaved);
    } catch {
      keep(this.url, fields);
      this.say(words.draftLocal);
      this.timer = setTimeout(() => this.save(), 10000);
    }
  }
  signedOut() {
    const detail = { kind: "signed-out", text: words.signedOut, href: `${document.body.dataset.login}?next=${encodeURIComponent(location.pathname)}` };
    document.dispatchEvent(new CustomEvent("kawal:strip", { detail }));
  }
  async discard() {
    clearTimeout(this.timer);
    drop(this.url);
    try { await fetch(this.url, { method: "DELETE", headers: { "X-CSRFToken": token() } }); } finally { location.assign(location.pathname); }
  }
}

document.querySelectorAll("[data-draft-done]").forEach((mark) => drop(mark.dataset.draftDone));
document.querySelectorAll("form[data-draft]").forEach((form) => new Draft(form));
// Shared computers: nothing of this person stays behind after signing out.
document.addEventListener("submit", (event) => {
  if (!event.target.action.includes("logout")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);
});
