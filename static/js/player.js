// A recording: space plays, the arrows go five seconds, [ and ] are slower and faster, m marks the moment on the item that is current; the wave seeks.
const clock = (seconds) => `${String(Math.floor(seconds / 60)).padStart(2, "0")}.${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const typing = (element) => element?.matches("input:not([type=radio], [type=checkbox]), textarea, select");
const players = [...document.querySelectorAll("[data-player]")];

for (const player of players) {
  const find = (name) => player.querySelector(`[data-${name}]`);
  const audio = find("audio");
  const wave = find("wave");
  const show = () => {
    find("at").textContent = clock(audio.currentTime);
    if (!wave || !audio.duration) return;
    const x = 560 * audio.currentTime / audio.duration;
    wave.querySelector(".cursor").setAttribute("x1", x);
    wave.querySelector(".cursor").setAttribute("x2", x);
    for (const bar of wave.querySelectorAll("rect")) bar.classList.toggle("heard", Number(bar.getAttribute("x")) < x);
  };
  audio.addEventListener("loadedmetadata", () => { find("length").textContent = clock(audio.duration); });
  audio.addEventListener("timeupdate", show);
  audio.addEventListener("seeked", show);
  find("play").addEventListener("click", () => { if (audio.paused) audio.play().catch(() => {}); else audio.pause(); });
  find("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  for (const button of player.querySelectorAll("[data-faster]")) button.addEventListener("click", () => {
    const speed = find("speed");
    speed.selectedIndex = Math.min(speed.length - 1, Math.max(0, speed.selectedIndex + Number(button.dataset.faster)));
    speed.dispatchEvent(new Event("change", { bubbles: true }));
  });
  wave?.addEventListener("click", (event) => {
    const box = wave.getBoundingClientRect();
    audio.currentTime = (event.clientX - box.left) / box.width * audio.duration;
  });
  for (const step of player.querySelectorAll("[data-step]")) step.addEventListener("click", () => { audio.currentTime += Number(step.dataset.step); });
  find("mark-time")?.addEventListener("click", () => {
    const line = document.querySelector("[data-line].now") ?? document.querySelector("[data-line]");
    const place = line?.querySelector(".mark-time");
    if (!place) return;
    line.querySelector(".said").hidden = false;
    place.value = clock(audio.currentTime);
    place.dispatchEvent(new Event("input", { bubbles: true }));
    place.dispatchEvent(new Event("change", { bubbles: true }));
    line.querySelector("[name^=comment]").focus();
  });
}

const KEYS = { " ": "[data-play]", ArrowLeft: '[data-step="-5"]', ArrowRight: '[data-step="5"]', "[": '[data-faster="-1"]', "]": '[data-faster="1"]' };
document.addEventListener("keydown", (event) => {
  const press = KEYS[event.key];
  if (!press || !players.length || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, a, dialog")) return;
  if (event.key !== " " && event.target.matches("[type=radio]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  players[0].querySelector(press).click();
}, true);
