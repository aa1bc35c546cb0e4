// One toast at a time: it leaves after its seconds, stays while looked at, and takes the act back when asked.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const place = document.getElementById("toasts");
const model = document.getElementById("toast-model");
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
let timer;

function wait() {
  clearTimeout(timer);
  const toast = place?.querySelector(".toast");
  if (!toast) return;
  timer = setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) return wait();
    leave(toast);
  }, 1000 * (toast.dataset.seconds || 6));
}

function leave(toast) {
  toast.remove();
  wait();
}

function add({ text, undo, seconds }) {
  const toast = model.content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = text;
  toast.dataset.seconds = seconds ?? 6;
  const form = toast.querySelector("form");
  if (undo) Object.assign(form, { action: undo, hidden: false });
  else form.remove();
  place.replaceChildren(toast);
  wait();
}

async function takeBack(form) {
  const body = new FormData(form);
  body.set("csrfmiddlewaretoken", token() || body.get("csrfmiddlewaretoken"));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" });
    if (answer.ok || answer.type === "opaqueredirect") return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sentence = page.querySelector("[data-problem] p, h1")?.textContent ?? words.refused.replace("%(status)s", answer.status);
    document.dispatchEvent(new CustomEvent("kawal:strip", { detail: { kind: "problem", text: sentence } }));
    leave(form.closest(".toast"));
  } catch {
    document.dispatchEvent(new CustomEvent("kawal:strip", { detail: { kind: "problem", text: words.notSent } }));
  }
}

place?.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) leave(event.target.closest(".toast")); });
place?.addEventListener("submit", (event) => { event.preventDefault(); takeBack(event.target); });
document.body.addEventListener("toast", (event) => add(event.detail));   // HX-Trigger: {"toast": {...}}
wait();
