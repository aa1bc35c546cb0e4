// The e-mail page. data-words="…" data-into="id" on a button: a ready answer takes the place of another ready one;
// what a person has typed stays, and the ready words follow it.
const ready = () => [...document.querySelectorAll("[data-words]")].map((button) => button.dataset.words.trim());

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-words]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  const said = field.value.replace(/\r\n/g, "\n").trim();
  const untouched = !said || said === field.defaultValue.trim() || ready().includes(said);
  field.value = untouched ? button.dataset.words : `${said}\n\n${button.dataset.words}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
