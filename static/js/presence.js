// [data-presence="URL"]: says every 15 s whether this person looks, edits, or has gone to another tab, and shows who else is here.
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
let dirty = false;

function mode() {
  if (document.hidden) return "away";
  const edits = dirty || document.activeElement?.closest("[data-editing]")?.contains(document.activeElement.closest("input, textarea, select"));
  return edits ? "editing" : "looking";
}

async function beat(element) {
  const body = new URLSearchParams({ mode: mode() });
  try {
    const answer = await fetch(element.dataset.presence, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" }, redirect: "manual" });
    if (answer.status === 200) {
      const html = await answer.text();
      if (element.innerHTML.trim() !== html.trim()) element.innerHTML = html;
    }
  } catch { /* the network is away; live.js says so */ }
}

for (const element of document.querySelectorAll("[data-presence]")) {
  let last = mode();
  const soon = () => setTimeout(() => { if (mode() !== last) { last = mode(); beat(element); } }, 50);
  beat(element);
  setInterval(() => { last = mode(); beat(element); }, 15000);
  for (const name of ["focusin", "focusout", "visibilitychange"]) document.addEventListener(name, soon);
  document.addEventListener("input", (event) => { if (event.target.closest("[data-editing]")) { dirty = true; soon(); } });
  document.addEventListener("submit", () => { dirty = false; });
}
