// The ticket page: the dialog of an act is fetched when somebody opens it. A waiting one opens at once in its place, takes what is
// typed meanwhile, and hands it to the first field. A dialog stays once it is here, with its words. Nothing typed elsewhere is lost.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const waiting = document.getElementById("act-waiting");
const TEXT = "textarea, input:not([type=radio], [type=checkbox], [type=hidden])";
let typed = "";

async function fetched(url, id) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store" });
  return new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html").getElementById(id);
}

function show(dialog) {
  dialog.removeAttribute("data-open");
  document.body.append(dialog);
  dialog.dispatchEvent(new Event("change", { bubbles: true }));   // what only some choices show is hidden now
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]");
  first?.focus();
  if (!typed || !first?.matches(TEXT)) return;
  first.value += typed;
  first.dispatchEvent(new Event("input", { bubbles: true }));
}

async function open(button) {
  const id = button.dataset.opens;
  const url = `${location.pathname}?act=${encodeURIComponent(id.replace(/^act-/, ""))}`;
  typed = "";
  waiting.querySelector("h2").textContent = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE)?.textContent ?? "";
  waiting.showModal();
  waiting.focus();   // not its button, which the first space would press
  try {
    const dialog = await fetched(url, id);
    if (!waiting.open) return;   // Esc: not wanted any more
    waiting.close();
    if (dialog) show(dialog);
    else location.assign(url);
  } catch {
    waiting.close();
    document.dispatchEvent(new CustomEvent("kawal:strip", { detail: { kind: "problem", text: words.notOpened } }));
  }
}

waiting.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Backspace") typed = typed.slice(0, -1);
  else if ([...event.key].length === 1) typed += event.key;
  else return;
  event.stopPropagation();   // words, not keys: "gu" would lead to another page
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button && !document.getElementById(button.dataset.opens)) open(button);
  const menu = event.target.closest("details.menu .items button")?.closest("details");
  if (menu) menu.open = false;   // choosing an act ends the menu
});
