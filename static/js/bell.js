// The bell: asks every ten seconds, keeps its count and the tab's title right, and reads a new Super Emergency out at once.
const bell = document.getElementById("bell");
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`kawal:${name}`, { detail }));
let failed = false;

function count(unread) {
  const badge = bell.querySelector(".count");
  badge.textContent = unread;
  badge.hidden = !unread;
  bell.setAttribute("aria-label", unread ? bell.dataset.label.replace("%(count)s", unread) : bell.dataset.none);
  document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}

// Two short tones, made here: there is no sound file to load, and none plays before the person has touched the page.
function ring() {
  if (!("sound" in document.body.dataset)) return;
  const audio = new AudioContext();
  [880, 1175].forEach((pitch, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.value = 0.08;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + index * 0.18);
    tone.stop(audio.currentTime + index * 0.18 + 0.15);
  });
}

async function ask() {
  const url = new URL(bell.dataset.bell, location.href);
  url.searchParams.set("v", bell.dataset.version);
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store" });
    if (answer.headers.get("X-Now")) tell("time", Number(answer.headers.get("X-Now")));
    if (answer.type === "opaqueredirect") return;
    if (failed) { failed = false; tell("refresh"); }
    if (answer.status !== 200) return;
    const { version, unread, newest, stopped } = await answer.json();
    bell.dataset.version = version;
    count(unread);
    if (stopped) tell("strip", { kind: "stopped", text: stopped });
    else document.querySelector('[data-strip="stopped"]')?.remove();
    if (!newest) return;
    tell("say", newest);
    if (newest.sound) ring();
  } catch {
    failed = true;
  }
}

if (bell?.dataset.bell) {
  setInterval(ask, 10000);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}
