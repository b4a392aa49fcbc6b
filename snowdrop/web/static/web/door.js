// Answers with one key what waits to be read: the buttons of the page say which, in data-key.
//
// A key counts only where nothing is being typed and no other key is held, and each button shows its own.
// Keys can be switched off, because a voice that dictates presses them too (WCAG 2.2, 2.1.4).

const STORE = "snowdrop-keys-off";
const buttons = new Map([...document.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, one]));
const toggle = document.querySelector("[data-keys-toggle]");

function areOff() {
  try {
    return localStorage.getItem(STORE) === "yes";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function show() {
  for (const [key, button] of buttons) {
    button.toggleAttribute("data-shows-key", !areOff());
    if (areOff()) button.removeAttribute("aria-keyshortcuts");
    else button.setAttribute("aria-keyshortcuts", key);
  }
  if (toggle) toggle.checked = !areOff();
}

toggle?.addEventListener("change", () => {
  try {
    localStorage.setItem(STORE, toggle.checked ? "no" : "yes");
  } catch {
    /* it holds for this page alone */
  }
  show();
});

document.addEventListener("keydown", (event) => {
  if (areOff() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const button = buttons.get(event.key.toLowerCase());
  if (!button) return;
  event.preventDefault();
  button.click();
});

for (const one of document.querySelectorAll("[data-keys]")) one.hidden = false;
show();
