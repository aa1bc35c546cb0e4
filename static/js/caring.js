// form[data-call]: a digit answers, and the next question that is now open takes the focus. Arrows and mouse leave the focus alone.
let digit = false;
document.addEventListener("keydown", (event) => { digit = /^[1-9]$/.test(event.key); }, true);
document.addEventListener("pointerdown", () => { digit = false; }, true);

const shown = (element) => element?.checkVisibility({ visibilityProperty: true });

document.querySelector("form[data-call]")?.addEventListener("change", (event) => {
  const question = event.target.closest("[data-next]");
  if (!digit || !question) return;
  requestAnimationFrame(() => {
    const next = question.dataset.next.split(" ").map((id) => document.getElementById(id)).find(shown);
    (next?.matches("fieldset") ? [...next.querySelectorAll("input")].find((input) => shown(input)) : next)?.focus();
  });
});
