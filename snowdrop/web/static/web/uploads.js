// Sends chosen files one by one, so that a broken line costs one picture and not all of them; a large one in parts
// (tus, where the form names an address for it), so that it costs only the part that was on its way.
//
// <form data-uploads data-uploads-next="…" data-uploads-to="…"> holds the file field. Beside it stand a list
// [data-sending], a <template> for one file in it, a line for all of them [data-whole], a sentence [data-summary] and a
// link [data-go-on]; the sentences are the list's data-kept, data-too-large, data-no-room, data-not-arrived and
// data-again; the client for parts is its data-client.

// What did not arrive is sent again by itself, after these pauses; then whoever sends it is asked. In milliseconds.
const PAUSES = [1_000, 4_000];
// A line that dropped without a word would hold up a file for good. In milliseconds: without a byte moving, and from
// the last byte sent to the answer (a large picture on a busy house takes its time).
const NOTHING_MOVES = 60_000;
const NO_ANSWER = 300_000;
// What did not arrive, or came at a bad time, may arrive the next time. A file that was refused will not.
const AGAIN = [0, 409, 423, 429, 460, 500, 502, 503, 504];
// In bytes. A file that is no larger than the smallest part goes as it is: one request and not three.
const LARGEST_PART = 8 * 2 ** 20;
const SMALLEST_PART = 2 ** 18;
// A part that takes no longer than this is sent with its SHA-256: the house then keeps all of it or nothing. On a slower
// line it keeps what came of a part that broke off, which is worth more there. In milliseconds.
const CHECKED_WITHIN = 5_000;
const AT_ONCE = 2; // files in parts; while one is looked at here, the other comes
// How long the house waits for the rest of a file, and how its number is remembered on this device: no name, no address.
const REMEMBERED = 7 * 24 * 3_600_000; // milliseconds
const OURS = "upload:";

for (const form of document.querySelectorAll("form[data-uploads]")) {
  form.addEventListener("submit", (event) => {
    const field = form.querySelector("input[type=file]");
    if (!field?.files.length) return; // the server says what is missing
    event.preventDefault();
    sendAll(form, field, event.submitter);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]") && event.target.files.length) sends(form).hidden = false;
  });
}

// The button that sends what was chosen.
function sends(form) {
  return form.querySelector("button:not([type=button])");
}

async function sendAll(form, field, button) {
  const list = form.querySelector("[data-sending]");
  const chosen = [...field.files];
  if (button) button.disabled = true;
  field.value = ""; // so that the next choice begins empty; the files are held here
  const files = rowsFor(list, chosen);
  list.hidden = false;
  const whole = wholeOf(form, files);
  const tus = await clientOf(form, list);
  const sending = { form, name: field.name, tus, whole, part: LARGEST_PART, keys: new Set() };
  const waiting = files.values(); // whoever is free takes the next
  let allKept = true;
  const lane = async () => {
    for (const { file, row } of waiting) allKept = (await sendOne(sending, file, row)) && allKept;
  };
  await Promise.all(Array.from({ length: tus ? AT_ONCE : 1 }, lane));
  if (button) button.disabled = false;
  finish(form, allKept);
}

// What sends in parts; nothing where the page has none, or it did not come: then files go as they are.
async function clientOf(form, list) {
  if (!form.dataset.uploadsTo || !list.dataset.client) return undefined;
  try {
    await import(list.dataset.client);
  } catch {
    return undefined;
  }
  return window.tus?.isSupported ? window.tus : undefined;
}

// How all of them stand together: how many are kept, and how many bytes arrived.
function wholeOf(form, files) {
  const line = form.querySelector("[data-whole]");
  const bar = line?.querySelector("progress");
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
  const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
  let kept = 0;
  let sent = 0;
  const show = () => {
    if (!line) return;
    line.hidden = files.length < 2;
    bar.value = sent / bytes;
    line.querySelector("span").textContent = line.dataset.whole
      .replace("{kept}", numbers.format(kept))
      .replace("{all}", numbers.format(files.length));
  };
  show();
  return {
    moved(more) {
      sent += more;
      show();
    },
    kept() {
      kept += 1;
      show();
    },
  };
}

function finish(form, allKept) {
  const list = form.querySelector("[data-sending]");
  if (allKept && !list.querySelector("[data-state=not]")) {
    location.assign(form.dataset.uploadsNext);
    return;
  }
  // Some were not kept: stay, so that their names and the reasons can be read.
  const summary = form.querySelector("[data-summary]");
  summary.textContent = list.querySelector("[data-state=kept]") ? summary.dataset.someNot : summary.dataset.none;
  form.querySelector("[data-go-on]").hidden = false;
  // Nothing is chosen any more. The button comes back with the next choice.
  sends(form).hidden = !form.querySelector("input[type=file]").files.length;
}

// Resolves to whether the file is kept.
async function sendOne(sending, file, row) {
  const { form, whole } = sending;
  row.send ??= senderOf(sending, file, row); // once for each: it knows how far the file came
  const { kept, sentence, again } = await untilItArrives(form, row.send);
  const words = form.querySelector("[data-sending]").dataset;
  if (kept) whole.kept();
  row.progress.hidden = true;
  row.item.dataset.state = kept ? "kept" : "not";
  row.item.classList.toggle("sending__file--not", !kept);
  row.state.textContent = sentence || (kept ? words.kept : words.notArrived);
  if (again) row.state.append(" ", againButton(sending, file, row, words.again));
  return kept;
}

function senderOf(sending, file, row) {
  const { form, name, tus, whole } = sending;
  let sent = 0;
  const progress = (share) => {
    row.progress.value = share;
    whole.moved(Math.round(share * file.size) - sent);
    sent = Math.round(share * file.size);
  };
  if (tus && file.size > SMALLEST_PART) return inParts(sending, file, progress);
  return () => post(form, name, (body) => body.append(name, file), progress);
}

function againButton(sending, file, row, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--link";
  button.textContent = label;
  button.addEventListener("click", async () => {
    row.progress.hidden = false;
    row.state.textContent = "";
    await sendOne(sending, file, row);
    if (!sending.form.querySelector("[data-state=not]")) location.assign(sending.form.dataset.uploadsNext);
  });
  return button;
}

// A try on which something arrived, or for which there was no line, does not count: a bad line may break as often as it
// likes.
async function untilItArrives(form, send) {
  for (let tries = 0; ; tries += 1) {
    const answer = await send();
    if (answer.moved || !navigator.onLine) tries = 0;
    if (!answer.again || tries >= PAUSES.length) return answer;
    if (!navigator.onLine) await theLineIsBack(form);
    await new Promise((resolve) => setTimeout(resolve, PAUSES[tries]));
  }
}

async function theLineIsBack(form) {
  const summary = form.querySelector("[data-summary]");
  summary.textContent = summary.dataset.noLine ?? "";
  await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  summary.textContent = "";
}

// Returns what sends a file from where it broke off, each time it is called.
function inParts(sending, file, progress) {
  const { form } = sending;
  const to = new URL(form.dataset.uploadsTo, location.href).href;
  let key;
  let known; // the house's number for it
  let began = -1; // bytes the house had when the last try began
  const found = (id) => {
    known = id;
    remember(key, id);
  };
  const gone = () => {
    known = undefined;
    forget(key);
  };
  return async () => {
    if (!key) {
      key = await keyOf(to, file, sending.keys);
      known = recall(key);
    }
    const wasKnown = known;
    const result = await sendParts(sending, file, { to, known, progress, found });
    if (!result.whole) {
      const moved = began >= 0 && result.began > began;
      began = Math.max(began, result.began);
      sending.part = Math.max(SMALLEST_PART, sending.part / 2);
      sending.isQuick = false;
      const isGone = wasKnown && [404, 410].includes(result.status);
      if (isGone) gone(); // the house let go of it meanwhile: from the beginning
      return { ...result, moved, again: result.again || isGone };
    }
    const answer = await post(form, sending.name, (body) => body.append("upload", known), () => {});
    const isGone = answer.status === 404;
    if (isGone || !answer.again) gone();
    return { ...answer, again: answer.again || isGone };
  };
}

// Sends until all of it arrived or something went wrong. Resolves to what `post` resolves to, with `whole`: it is all there.
function sendParts(sending, file, { to, known, progress, found }) {
  const { form, tus } = sending;
  const words = form.querySelector("[data-sending]").dataset;
  return new Promise((resolve) => {
    let began = -1;
    let at = 0; // where the part on its way begins
    let sentAt = 0; // and when
    let waiting;
    const end = (result) => {
      clearTimeout(waiting);
      resolve({ began, ...result });
    };
    const waitFor = (long) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        upload.abort();
        end({ again: true, status: 0 });
      }, long);
    };
    const upload = new tus.Upload(file, {
      // One that is known is asked for and never begun a second time beside it, whatever the answer.
      endpoint: known ? null : to,
      uploadUrl: known ? `${to}${known}/` : null,
      chunkSize: sending.part,
      metadata: { filename: file.name },
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "" },
      retryDelays: null,
      storeFingerprintForResuming: false,
      async onBeforeRequest(request) {
        if (request.getMethod() !== "PATCH") return;
        if (sending.isQuick) await addChecksum(request, file, upload.options.chunkSize);
        sentAt = Date.now();
      },
      onUploadUrlAvailable: () => found(upload.url.split("/").at(-2)),
      onProgress(sent, all) {
        if (began < 0) began = at = sent;
        // All of a part is handed on long before a slow line has carried it.
        const isHandedOn = sent >= Math.min(all, at + upload.options.chunkSize);
        waitFor(isHandedOn ? NO_ANSWER : NOTHING_MOVES);
        progress(sent / all);
      },
      onChunkComplete: (_size, accepted) => {
        at = accepted;
        sending.isQuick = Date.now() - sentAt < CHECKED_WITHIN;
        sending.part = Math.min(LARGEST_PART, sending.part * 2);
        upload.options.chunkSize = sending.part;
      },
      onSuccess: () => end({ whole: true }),
      onError(error) {
        const status = error.originalResponse?.getStatus() ?? 0;
        end({ kept: false, status, sentence: sentenceOf(error.originalResponse?.getBody(), status, words), again: AGAIN.includes(status) });
      },
    });
    waitFor(NOTHING_MOVES);
    upload.start();
  });
}

// Where a page may not (it came without TLS), the part goes as it is.
async function addChecksum(request, file, size) {
  const at = Number(request.getHeader("Upload-Offset"));
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.slice(at, at + size).arrayBuffer());
    request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
  } catch {
    // as said
  }
}

function sentenceOf(body, status, words) {
  try {
    const said = Object.values(JSON.parse(body).errors).flat()[0];
    if (said) return said;
  } catch {
    // a page of somebody's in between
  }
  return { 413: words.tooLarge, 507: words.noRoom }[status];
}

// Where a file is known by when it is chosen again: its size, its time and its first bytes, and for which page; not its name.
// `taken` are the keys of this page; the same file chosen twice has two.
async function keyOf(to, file, taken) {
  let first = new Uint8Array();
  try {
    first = new Uint8Array(await file.slice(0, 16_384).arrayBuffer());
  } catch {
    // the phone took it back; sending it will say so
  }
  const text = new TextEncoder().encode(`${to} ${file.size} ${file.lastModified} `);
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (const bytes of [text, first]) {
    for (const byte of bytes) {
      one = Math.imul(one ^ byte, 2654435761);
      two = Math.imul(two ^ byte, 1597334677);
    }
  }
  let key = `${OURS}${(one >>> 0).toString(16)}${(two >>> 0).toString(16)}`;
  while (taken.has(key)) key += "+";
  taken.add(key);
  return key;
}

function recall(key) {
  try {
    const [id, until] = (localStorage.getItem(key) ?? "").split(" ");
    return id && Number(until) > Date.now() ? id : undefined;
  } catch {
    return undefined; // a browser that keeps nothing: it goes on as long as the page is open
  }
}

function remember(key, id) {
  try {
    localStorage.setItem(key, `${id} ${Date.now() + REMEMBERED}`);
  } catch {
    // as above
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
    for (const other of Object.keys(localStorage)) {
      if (other.startsWith(OURS) && !recall(other)) localStorage.removeItem(other);
    }
  } catch {
    // as above
  }
}

// XMLHttpRequest and not fetch: only it tells how much of a body has been sent.
function post(form, name, add, progress) {
  const body = new FormData(form);
  body.delete(name);
  add(body);
  const words = form.querySelector("[data-sending]").dataset;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken?.value ?? "");
    request.responseType = "json";
    let waiting;
    const waitFor = (long) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => request.abort(), long);
    };
    request.upload.addEventListener("progress", (event) => {
      waitFor(NOTHING_MOVES);
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => waitFor(NO_ANSWER));
    request.addEventListener("loadend", () => {
      clearTimeout(waiting);
      const status = request.status;
      resolve({
        status,
        kept: status === 200 || status === 201,
        // `said` tells of a file that is kept but needed no second place: "This one is already here."
        sentence: request.response?.said ?? Object.values(request.response?.errors ?? {}).flat()[0] ?? { 413: words.tooLarge, 507: words.noRoom }[status],
        again: AGAIN.includes(status),
      });
    });
    waitFor(NOTHING_MOVES);
    request.send(body);
  });
}

function rowsFor(list, files) {
  const template = list.parentElement.querySelector("template").content.firstElementChild;
  const all = document.createDocumentFragment(); // into the page in one go, be there hundreds
  const rows = files.map((file) => {
    const item = template.cloneNode(true);
    item.querySelector("[data-name]").textContent = file.name;
    const progress = item.querySelector("progress");
    progress.setAttribute("aria-label", file.name);
    all.append(item);
    return { file, row: { item, progress, state: item.querySelector("[data-of-state]") } };
  });
  list.append(all);
  return rows;
}
