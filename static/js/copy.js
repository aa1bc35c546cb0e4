// Copying: data-copy="text" or data-copy-from="#id". Says in words that it was done; also works where the page is not on TLS.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const say = (text) => document.dispatchEvent(new CustomEvent("kawal:say", { detail: { text } }));

function byHand(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "sr", readOnly: true });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byHand(text);
  }
}

function confirm(button) {
  const use = button.querySelector("use");
  const label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const before = [use?.getAttribute("href"), label?.textContent];
  if (button.classList.contains("copied")) return;
  button.style.minWidth = `${button.offsetWidth}px`;   // nothing beside it moves
  button.classList.add("copied");
  use?.setAttribute("href", before[0].replace(/#.*/, "#check"));
  if (label) label.textContent = `${words.copied} `;
  setTimeout(() => {
    button.classList.remove("copied");
    use?.setAttribute("href", before[0]);
    if (label) label.textContent = before[1];
    button.style.minWidth = "";
  }, 2000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.innerText).trim() : button.dataset.copy;
  if (!(await copy(text))) return document.dispatchEvent(new CustomEvent("kawal:strip", { detail: { kind: "problem", text: words.notCopied } }));
  confirm(button);
  say(text.length > 40 ? words.copied : words.copiedAs.replace("%(text)s", text));
  button.dispatchEvent(new CustomEvent("kawal:copied", { bubbles: true }));
});
