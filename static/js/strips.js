// What the page says about itself: a strip on top (stale data, lost session, refusal), or a sentence for those who listen.
// Others only announce: kawal:strip {kind, lead, text, href, retry}, kawal:unstrip kind, kawal:say {text, urgent}.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const place = document.getElementById("strips");
const models = document.getElementById("strip-models")?.content;

function show({ kind, lead, text, href, retry }) {
  if (!place) return;
  const known = place.querySelector(`[data-strip="${kind}"]`);
  const strip = known ?? models.querySelector(`[data-strip="${kind}"]`).cloneNode(true);
  const said = strip.querySelector("[data-text]");
  said.textContent = lead ? ` ${text}` : text;
  if (lead) said.prepend(Object.assign(document.createElement("b"), { textContent: lead }));
  if (href) strip.querySelector("a").href = href;
  if (retry) strip.querySelector("[data-retry]").onclick = retry;
  if (!known) place.append(strip);
}

function say({ text, urgent }) {
  const voice = document.getElementById(urgent ? "say-now" : "say");
  voice.textContent = "";
  setTimeout(() => { voice.textContent = text; }, 50);   // emptied first, so that the same sentence is read again
}

document.addEventListener("kawal:strip", (event) => show(event.detail));
document.addEventListener("kawal:unstrip", (event) => place?.querySelector(`[data-strip="${event.detail}"]`)?.remove());
document.addEventListener("kawal:say", (event) => say(event.detail));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".strip")?.remove();
});

// A refused part: the form that comes back is put in its place; a refusal in one sentence becomes a strip; nothing typed is touched.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || xhr.status >= 500 || xhr.responseText.includes("data-problem")) return;
  if (!(xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html") || xhr.responseText.includes("<html")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-problem] p, h1");
  show({ kind: "problem", text: answer?.textContent ?? words.refused.replace("%(status)s", xhr.status) });
});
document.addEventListener("htmx:sendError", () => show({ kind: "problem", text: words.notSent }));
document.addEventListener("htmx:beforeRequest", () => place?.querySelector('[data-strip="problem"]')?.remove());
