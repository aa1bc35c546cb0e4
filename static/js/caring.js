// form[data-call]: a digit answers, and the next question that is now open takes the focus at once: the next digit may come before the next frame. Arrows and mouse leave the focus alone.
let digit = false;
document.addEventListener("keydown", (event) => { digit = /^[1-9]$/.test(event.key); }, true);
document.addEventListener("pointerdown", () => { digit = false; }, true);

const shown = (element) => element?.checkVisibility({ visibilityProperty: true });

// On the document, where forms.js has just shown what this choice reveals.
document.addEventListener("change", (event) => {
  const question = event.target.closest("form[data-call] [data-next]");
  if (!digit || !question) return;
  const next = question.dataset.next.split(" ").map((id) => document.getElementById(id)).find(shown);
  (next?.matches("fieldset") ? [...next.querySelectorAll("input, button")].find((input) => shown(input)) : next)?.focus();
});

// Wrap-up, for the agent's own eye: how long the call lasts since it was dialled, and from the first answer on how long it is written down.
const timer = document.querySelector("[data-wrap-up]");
if (timer) {
  let [since, word] = [timer.dataset.ago ? Date.now() - 1000 * timer.dataset.ago : 0, timer.dataset.call];
  const two = (number) => String(number).padStart(2, "0");
  const tell = () => {
    const seconds = Math.floor((Date.now() - since) / 1000);
    timer.hidden = !since;
    timer.lastElementChild.textContent = `${word} ${two(Math.floor(seconds / 60))}.${two(seconds % 60)}`;
  };
  const begin = (said) => { if (word !== said || !since) [since, word] = [Date.now(), said]; tell(); };
  document.getElementById("dial")?.addEventListener("submit", () => { if (!since) begin(timer.dataset.call); });
  document.querySelector("form[data-call]")?.addEventListener("change", (event) => { if (event.target.name === "group") begin(timer.dataset.wrapUp); });
  setInterval(tell, 1000);
  tell();
}

// "Write it yourself" instead of ready words.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-focus]");
  if (button) document.getElementById(button.dataset.focus)?.focus();
});
