// Hooks of escalation on any page. data-seen="URL": once it has been before somebody's eyes for a second, the server is told, once per data-mark.
// data-puts="words" data-into="id" on a button: writes the words into that field.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
const told = new Set();

async function see(element) {
  if (document.hidden || !element.isConnected || told.has(element.dataset.mark)) return;
  told.add(element.dataset.mark);
  try {
    await fetch(element.dataset.seen, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" }, redirect: "manual" });
  } catch {
    told.delete(element.dataset.mark);   // asked again when the page is looked at again
  }
}

const look = () => document.querySelectorAll("[data-seen]").forEach((element) => setTimeout(() => see(element), 1000));
for (const name of ["kawal:swapped", "visibilitychange"]) document.addEventListener(name, look);
look();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-puts]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  const said = field.value.trim(), puts = button.dataset.puts.replace(/\.$/, "");
  if (!said.includes(puts)) field.value = said ? `${said.replace(/\.?$/, ".")} ${puts}.` : `${puts}.`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
