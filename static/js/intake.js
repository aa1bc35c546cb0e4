// The intake form: empty fields fill from the known customer, signs are counted, Enter never sends by accident.
const form = document.querySelector("form.intake");
const search = form.elements.service_number;
const filled = new Map();   // field name -> what was filled in, so that another customer replaces it, but never what was typed

function fill() {
  const values = JSON.parse(document.getElementById("fills")?.textContent ?? "{}");
  let some = false;
  for (const name of new Set([...filled.keys(), ...Object.keys(values)])) {
    const field = form.elements[name];
    if (!field || (field.value !== "" && field.value !== filled.get(name))) continue;
    field.value = values[name] ?? "";
    if (values[name]) filled.set(name, values[name]);
    else filled.delete(name);
    some ||= Boolean(values[name]);
  }
  const hint = document.getElementById("filled");
  if (hint) hint.hidden = !some;
  if (some) form.dispatchEvent(new Event("input", { bubbles: true }));
}

function count() {
  const ticked = form.querySelectorAll("[data-signs] input:checked").length;
  const line = document.getElementById("hard");
  line.hidden = ticked === 0;
  line.querySelector("[data-count]").textContent = ticked;
}

function take(button) {
  search.value = button.dataset.takes;
  search.dispatchEvent(new Event("input", { bubbles: true }));
  search.focus();
}

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const name = event.detail.target.id;
  if (name === "known") fill();
  if (name === "counted") count();
  const said = name === "rail" && document.getElementById("rail").dataset.says;
  if (said) document.dispatchEvent(new CustomEvent("kawal:say", { detail: { text: said } }));
});
form.addEventListener("change", count);
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-takes]");
  if (!button) return;
  event.preventDefault();
  take(button);
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || !event.target.matches("input")) return;
  event.preventDefault();
  const first = event.target === search && form.querySelector("[data-takes]");
  if (first) take(first);
});
count();
