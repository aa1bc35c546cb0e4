// Turns the clock chips, gauges, lengths and the clock on the wall, in place, from the server's time. The rules are those of common/clock_face.py.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let offset = Number(document.documentElement.dataset.now) * 1000 - (performance.timeOrigin + arrived);

const say = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const step = (share) => Math.min(100, Math.max(0, Math.floor(share / 5) * 5));

function length(seconds, up = false) {
  const minutes = up ? Math.ceil(seconds / 60) : Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 60) return say(words.minutes, { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return say(words.hours, { hours, minutes: String(minutes % 60).padStart(2, "0") });
  const days = Math.floor(hours / 24);
  return say(hours % 24 ? words.daysHours : words.days, { days, hours: hours % 24 });
}

function look(data, now) {
  const [start, due, rung] = [data.start, data.due, data.rung].map(Number);
  if (now >= rung) return { look: "over", symbol: "c-over", word: say(words.over, { duration: length(now - due) }) };
  if (now >= due) return { look: "due", symbol: "c-due", word: words.due };
  const share = step((100 * (now - start)) / (due - start));
  const left = length(due - now, true);
  return { look: share >= 75 ? "warn" : "ok", share, word: "long" in data ? say(words.left, { duration: left }) : left };
}

function dress(element, name) {
  element.classList.remove("ok", "warn", "due", "over");
  element.classList.add(name);
}

function turn(chip, now) {
  const face = look(chip.dataset, now);
  const text = chip.querySelector(".word");
  if (text.textContent !== face.word) text.textContent = face.word;
  const pie = chip.querySelector(".pie");
  if (face.share !== undefined && pie) pie.className = `pie p-${face.share}`;
  if (chip.classList.contains(face.look)) return;
  dress(chip, face.look);
  if (face.symbol) (pie ?? chip.querySelector("svg")).outerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${face.symbol}"/></svg>`;
}

function fill(gauge, now) {
  const { start, end } = gauge.dataset;
  dress(gauge, look(gauge.dataset, now).look);
  gauge.querySelector("i").className = `p-${step((100 * (now - start)) / (end - start))}`;
}

function wall(element, now) {
  const time = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: element.dataset.wall });
  const parts = Object.fromEntries(time.formatToParts(now * 1000).map((part) => [part.type, part.value]));
  element.textContent = `${parts.hour}.${parts.minute} ${element.textContent.split(" ").pop()}`;
}

function tick() {
  const now = (Date.now() + offset) / 1000;
  document.querySelectorAll(".clock[data-due]").forEach((chip) => turn(chip, now));
  document.querySelectorAll(".gauge[data-due]").forEach((gauge) => fill(gauge, now));
  document.querySelectorAll("[data-since]").forEach((element) => { element.textContent = length(now - element.dataset.since); });
  document.querySelectorAll("[data-wall]").forEach((element) => wall(element, now));
}

document.addEventListener("kawal:time", (event) => { offset = event.detail * 1000 - Date.now(); tick(); });
document.addEventListener("kawal:swapped", tick);
document.addEventListener("visibilitychange", () => document.hidden || tick());
setInterval(tick, 15000);
tick();
