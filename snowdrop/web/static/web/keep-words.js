// Keeps on this device what a visitor without an account is writing, until it has arrived.
//
// <form data-keep-words="a name for it"> is kept a moment after each key, and brought back when its page opens again:
// with its stamp, so that what did arrive, though its answer was lost, is the same words when it is sent once more.
// [data-keep-words-said] says so, in the sentences of its own data-back and data-offline; the button in it that is
// marked [data-keep-words-forget] forgets it. A page with [data-words-arrived] forgets what that name kept.

const PAUSE = 400; // milliseconds
const GOOD_FOR = 7 * 24 * 60 * 60 * 1000; // of what nobody came back to
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "proof"]);

for (const one of document.querySelectorAll("[data-words-arrived]")) forget(one.dataset.wordsArrived);
for (const form of document.querySelectorAll("form[data-keep-words]")) keep(form);

function keep(form) {
  const name = form.dataset.keepWords;
  const said = form.querySelector("[data-keep-words-said]");
  let timer = 0;

  const before = read(name);
  if (before && isUntouched(form)) {
    bringBack(form, before);
    say(said?.dataset.back);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(name, typed(form)), PAUSE);
  });
  window.addEventListener("pagehide", () => {
    if (timer) write(name, typed(form));
  });
  form.addEventListener("submit", (event) => {
    write(name, typed(form));
    if (navigator.onLine !== false) return;
    event.preventDefault();
    say(said?.dataset.offline);
  });
  said?.querySelector("[data-keep-words-forget]")?.addEventListener("click", () => {
    clearTimeout(timer);
    timer = 0;
    forget(name);
    location.reload();
  });

  function say(sentence) {
    if (!said || !sentence) return;
    said.hidden = false;
    said.querySelector("span").textContent = sentence;
  }
}

// What stands in the form without anybody having written: a name that the page itself put there does not count.
function isUntouched(form) {
  return [...form.querySelectorAll("textarea")].every((one) => one.value === "");
}

function typed(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));
}

function bringBack(form, fields) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const [name, value] of fields) {
    for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (one.type === "checkbox") one.checked ||= one.value === value;
      else if (one.type !== "file") one.value = value;
    }
  }
}

function key(name) {
  return `snowdrop-words ${name}`;
}

// A browser may keep nothing at all; then this page is as it would be without the script.
function read(name) {
  try {
    const { at, fields } = JSON.parse(localStorage.getItem(key(name))) ?? {};
    if (fields?.some(([field, value]) => field === "text" && value) && Date.now() - at < GOOD_FOR) return fields;
  } catch {
    /* nothing that could be read */
  }
  return null;
}

function write(name, fields) {
  try {
    localStorage.setItem(key(name), JSON.stringify({ at: Date.now(), fields }));
  } catch {
    /* nowhere to keep it */
  }
}

function forget(name) {
  try {
    localStorage.removeItem(key(name));
  } catch {
    /* there was nothing */
  }
}
