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

let shown = [];
let last = mode();
const beatAll = () => { last = mode(); shown.forEach(beat); };

// Parts come and go: an element that has just arrived says so at once.
function find() {
  const here = [...document.querySelectorAll("[data-presence]")];
  const arrived = here.filter((element) => !shown.includes(element));
  shown = here;
  if (arrived.length) dirty = false;
  arrived.forEach(beat);
}

const soon = () => setTimeout(() => { if (mode() !== last) beatAll(); }, 50);
find();
setInterval(beatAll, 15000);
for (const name of ["focusin", "focusout", "visibilitychange"]) document.addEventListener(name, soon);
document.addEventListener("input", (event) => { if (event.target.closest("[data-editing]")) { dirty = true; soon(); } });
document.addEventListener("submit", () => { dirty = false; });
document.addEventListener("htmx:afterSwap", find);
