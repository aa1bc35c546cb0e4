// The ticket page: a dialog that is not on the page (its act became possible later, or its fields cost too much to draw at once)
// is fetched when it is asked for. Nothing that was typed elsewhere on the page is lost.
async function fetched(id) {
  const url = `${location.pathname}?act=${encodeURIComponent(id.replace(/^act-/, ""))}`;
  const answer = await fetch(url, { redirect: "manual", cache: "no-store" });
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
  return { dialog: page.getElementById(id), url };
}

async function open(button) {
  const { dialog, url } = await fetched(button.dataset.opens);
  if (!dialog) return location.assign(url);
  dialog.removeAttribute("data-open");
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button && !document.getElementById(button.dataset.opens)) open(button);
  const menu = event.target.closest("details.menu .items button")?.closest("details");
  if (menu) menu.open = false;   // choosing an act ends the menu
});
