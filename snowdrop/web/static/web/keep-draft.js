// Keeps what is being written as a draft on the server, a moment after each pause.
//
// <form data-draft-url="…"> posts its fields there; a field named "draft" then carries the id it was
// given, so that one text stays one draft. data-draft-back, where it is given, is the address at which the
// draft is found again: it becomes the page's own, so that loading it anew brings the words back. The
// element marked [data-draft-status] says how it stands, in the sentences of its own data-kept and
// data-not-kept.

const PAUSE = 2_500; // milliseconds without a key
const LONGEST = 10_000; // milliseconds from the first key that is not kept
const RETRY = [5_000, 15_000, 60_000];

for (const form of document.querySelectorAll("form[data-draft-url]")) keep(form);

function keep(form) {
  const status = form.querySelector("[data-draft-status]");
  let kept = written(form);
  let timer = 0;
  let since = 0; // when the oldest change was made that is not kept
  let failures = 0;
  let sending = null;
  let underway = null; // the text that is being sent
  let sent = false; // the form itself is on its way: a draft after it would come back from the dead

  form.addEventListener("input", () => {
    since ||= Date.now();
    soon(Math.min(PAUSE, Math.max(0, since + LONGEST - Date.now())));
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    sending?.abort();
  });
  window.addEventListener("pageshow", () => (sent = false));
  window.addEventListener("online", () => changed() && soon(0));
  window.addEventListener("pagehide", () => changed() && send({ keepalive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed()) send({ keepalive: true });
  });

  function changed() {
    return !sent && written(form) !== kept;
  }

  function soon(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => changed() && send(), milliseconds);
  }

  async function send({ keepalive = false } = {}) {
    // One at a time: an older text must not arrive after a newer one. A page that closes cannot wait.
    if (sending && !keepalive) return soon(PAUSE);
    clearTimeout(timer);
    const text = written(form);
    if (text === underway && keepalive) return; // a page that closes is told so twice
    underway = text;
    const mine = (sending = new AbortController());
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body: new URLSearchParams(text),
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "" },
        keepalive,
        signal: mine.signal,
      });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { id } = await answer.json();
      if (id && form.elements.draft) form.elements.draft.value = id;
      if (id && form.dataset.draftBack) history.replaceState(history.state, "", form.dataset.draftBack);
      kept = text;
      since = failures = 0;
      say(status?.dataset.kept);
    } catch {
      if (sent) return;
      say(status?.dataset.notKept);
      soon(RETRY[Math.min(failures++, RETRY.length - 1)]);
    } finally {
      if (sending === mine) sending = underway = null;
    }
    if (changed() && !failures) soon(PAUSE);
  }

  function say(sentence) {
    if (status && sentence && status.textContent !== sentence) status.textContent = sentence;
  }
}

// Everything in the form but files and the token: what a draft is made of.
function written(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  return new URLSearchParams(fields).toString();
}
