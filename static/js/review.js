// The two endings of a review: a critical failure closes Approve and makes Return the primary one; what is open is said.
const approve = document.querySelector("[data-approve]");
const giveBack = document.querySelector("[data-return]");
const why = document.querySelector("[data-why]");
const reason = document.querySelector("#id_reason");

document.addEventListener("kawal:counted", ({ detail }) => {
  if (detail.failed) approve.setAttribute("aria-disabled", "true");
  else approve.removeAttribute("aria-disabled");
  approve.classList.toggle("primary", !detail.failed);
  giveBack.classList.toggle("primary", detail.failed);
  why.textContent = detail.failed ? why.dataset.fatal : detail.judged && detail.open ? why.dataset.open.replace("%(open)s", detail.open) : "";
  why.hidden = !why.textContent;
});

approve.addEventListener("click", (event) => {
  if (approve.getAttribute("aria-disabled") === "true") event.preventDefault();
});

// Return asks for its reason first: the key brings the focus there, a second press sends.
giveBack.addEventListener("click", (event) => {
  if (reason.value.trim()) return;
  event.preventDefault();
  reason.focus();
});
