// The ladder editor: Alt with an arrow moves the rung that has the focus, Alt with Delete removes it. The buttons do the same.
document.addEventListener("keydown", (event) => {
  const card = event.altKey && event.target.closest?.("[data-rung]");
  const button = card && card.querySelector(`[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
// What was typed a moment ago is part of what the buttons send, so the draft has it too; the new cards take the focus where they are.
document.addEventListener("htmx:afterSettle", () => document.querySelector("#ladders [autofocus]")?.focus());
