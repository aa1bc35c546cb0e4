// Support HC's queue: which row is open, words that are not lost when another one is opened, and the proof of sending by hand.
const pane = document.getElementById("pane");
const kept = new Map();   // what was typed into forms that are not on view, by data-keeps

function mark() {
  const open = pane.querySelector("[data-pane]")?.dataset.pane;
  for (const row of document.querySelectorAll("a.row[data-escort]")) {
    if (row.dataset.escort === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");

function keep(form) {
  kept.set(form.dataset.keeps, new Map(fields(form).map((field) => [field.name, field.matches("[type=checkbox]") ? field.checked : field.value])));
}

// A form that came back refused has its words already; any other one gets back what was typed before.
function restore() {
  for (const form of pane.querySelectorAll("form[data-keeps]")) {
    const values = kept.get(form.dataset.keeps);
    if (!values || form.querySelector("[data-errors], .conflict")) continue;
    for (const field of fields(form).filter((each) => values.has(each.name))) {
      if (field.matches("[type=checkbox]")) field.checked = values.get(field.name);
      else field.value = values.get(field.name);
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keeps]");
  if (form) keep(form);
});
// Sent and accepted: the words have arrived.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-keeps]");
  if (form && event.detail.elt === form && event.detail.xhr.status < 300) kept.delete(form.dataset.keeps);
});
document.addEventListener("htmx:afterSwap", (event) => {
  document.querySelector("#paste [autofocus]")?.focus();
  if (event.detail.target !== pane) return;
  const row = event.detail.requestConfig.elt?.closest?.("a.row[data-escort]");
  if (row && row.href !== location.href) history.pushState({ escort: row.dataset.escort }, "", row.href);
  mark();
  restore();
  pane.parentElement.scrollTop = 0;
  const dialog = pane.querySelector("dialog[data-open]");
  if (dialog && !dialog.open) dialog.showModal();
  if (matchMedia("(width < 60rem)").matches && event.detail.requestConfig.verb === "get") pane.scrollIntoView();
});
// The way back opens what was open before; the page itself stays.
addEventListener("popstate", () => {
  const escort = new URL(location.href).searchParams.get("e");
  if (escort) window.htmx.ajax("GET", `${location.pathname}${escort}/`, { target: "#pane", swap: "innerHTML" });
  else location.reload();
});
// Copied for sending by hand: the server notes when, and asks for the proof.
document.addEventListener("kawal:copied", (event) => {
  const { proof } = event.target.dataset;
  if (proof) window.htmx.ajax("POST", proof, { target: "#pane", swap: "innerHTML" });
});
// What the unit said while the pane was open becomes the beginning of the solving, as long as nobody has typed there.
document.addEventListener("kawal:swapped", () => {
  const said = document.getElementById("solved-words");
  const field = said && document.getElementById(said.dataset.fills);
  if (field && said.dataset.words && field.value === field.defaultValue) field.value = field.defaultValue = said.dataset.words;
});

// How many are picked; once they are sent, none is.
const bar = document.getElementById("picked");
function count() {
  const picked = document.querySelectorAll("input[name=pick][form=picked]:checked").length;
  const said = bar.querySelector("[data-picked]");
  said.textContent = said.dataset.picked.replace("%(count)s", picked);
}
document.addEventListener("change", (event) => { if (event.target.matches("[form=picked]")) count(); });
bar.addEventListener("reset", () => setTimeout(count));
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === pane && pane.querySelector("[data-together=sent]")) bar.reset(); });
document.addEventListener("kawal:swapped", () => { mark(); count(); });
mark();
count();
