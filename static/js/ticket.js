// The ticket page: an act that became possible after the page was drawn has no dialog yet; the page is asked for it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (!button || document.getElementById(button.dataset.opens)) return;
  location.assign(`${location.pathname}?act=${encodeURIComponent(button.dataset.opens.replace(/^act-/, ""))}`);
});
// Choosing an act ends the menu.
document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu .items button")?.closest("details");
  if (menu) menu.open = false;
});
