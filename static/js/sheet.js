// A sheet of marks: 1, 2, 0 answer the line that is current and go on to the next one; the total runs along.
const sheet = document.querySelector("[data-sheet]");
const lines = [...sheet.querySelectorAll("[data-line]")];
const total = document.querySelector("[data-total]");
const rated = document.querySelector("[data-rated]");

const answer = (line) => line.querySelector("input[type=radio]:checked")?.value ?? "";
const typing = (element) => element?.matches("input:not([type=radio], [type=checkbox]), textarea, select");

function makeCurrent(line, focus = true) {
  for (const each of lines) each.classList.toggle("now", each === line);
  if (!line || !focus) return;
  (line.querySelector("input[type=radio]:checked") ?? line.querySelector("input[type=radio]")).focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

const current = () => lines.find((line) => line.classList.contains("now")) ?? lines.find((line) => !answer(line)) ?? lines[0];

// The same count as the server's: N/A gives its weight to the rest, a critical failure makes it 0.
function count() {
  const counted = lines.filter((line) => answer(line) !== "na");
  const whole = counted.reduce((sum, line) => sum + Number(line.dataset.weight), 0);
  const share = (chosen) => whole ? Math.round(chosen.reduce((sum, line) => sum + Number(line.dataset.weight), 0) * 10000 / whole) / 100 : 0;
  const judged = counted.filter((line) => answer(line));
  const failed = lines.some((line) => line.hasAttribute("data-critical") && answer(line) === "no");
  total.textContent = judged.length ? String(failed ? 0 : share(counted.filter((line) => answer(line) === "yes"))).replace(".", ",") : "–";
  const words = failed ? rated.dataset.fatal : rated.dataset.of;
  rated.textContent = judged.length ? words.replace("%(rated)s", String(share(judged)).replace(".", ",")) : "";
  sheet.dispatchEvent(new CustomEvent("kawal:counted", { bubbles: true, detail: { failed, judged: judged.length, open: lines.filter((line) => !answer(line)).length } }));
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (!["1", "2", "0"].includes(event.key)) return;
  const line = current();
  const choice = line.querySelector(`[data-key="${event.key}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  makeCurrent(event.key === "2" ? line : lines[lines.indexOf(line) + 1] ?? line);
}, true);

sheet.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=radio]")) return;
  event.target.closest("[data-line]").querySelector(".said").hidden = false;
  count();
});
sheet.addEventListener("focusin", (event) => makeCurrent(event.target.closest("[data-line]") ?? current(), false));
sheet.addEventListener("kawal:next", () => makeCurrent(current()));
count();
