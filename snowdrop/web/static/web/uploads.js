// Sends chosen files one by one, so that a broken line costs one picture and not all of them.
//
// <form data-uploads data-uploads-next="…"> holds the file field. Beside it stand a list [data-sending], a
// <template> for one file in it, a sentence [data-summary] and a link [data-go-on]; the sentences are the
// list's data-kept, data-too-large, data-no-room, data-not-arrived and data-again.

// What did not arrive is sent again by itself, after these pauses; then whoever sends it is asked. In milliseconds.
const PAUSES = [1_000, 4_000];
// A line that dropped without a word would hold up a file for good. In milliseconds: without a byte moving, and from
// the last byte sent to the answer (a large picture on a busy house takes its time).
const NOTHING_MOVES = 60_000;
const NO_ANSWER = 300_000;

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
  const files = [...field.files].map((file) => ({ file, row: rowFor(list, file) }));
  if (button) button.disabled = true;
  field.value = ""; // so that the next choice begins empty; the files are held here
  list.hidden = false;
  let allKept = true;
  for (const { file, row } of files) allKept = (await sendOne(form, field.name, file, row)) && allKept;
  if (button) button.disabled = false;
  finish(form, allKept);
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
async function sendOne(form, name, file, row) {
  const { kept, sentence, again } = await postUntilItArrives(form, name, file, (share) => (row.progress.value = share));
  const words = form.querySelector("[data-sending]").dataset;
  row.progress.hidden = true;
  row.item.dataset.state = kept ? "kept" : "not";
  row.item.classList.toggle("sending__file--not", !kept);
  row.state.textContent = sentence || (kept ? words.kept : words.notArrived);
  if (again) row.state.append(" ", againButton(form, name, file, row, words.again));
  return kept;
}

function againButton(form, name, file, row, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--link";
  button.textContent = label;
  button.addEventListener("click", async () => {
    row.progress.hidden = false;
    row.state.textContent = "";
    await sendOne(form, name, file, row);
    if (!form.querySelector("[data-state=not]")) location.assign(form.dataset.uploadsNext);
  });
  return button;
}

async function postUntilItArrives(form, name, file, progress) {
  for (const pause of PAUSES) {
    const answer = await post(form, name, file, progress);
    if (!answer.again) return answer;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return post(form, name, file, progress);
}

// XMLHttpRequest and not fetch: only it tells how much of a body has been sent.
function post(form, name, file, progress) {
  const body = new FormData(form);
  body.delete(name);
  body.append(name, file);
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
        kept: status === 200 || status === 201,
        // `said` tells of a file that is kept but needed no second place: "This one is already here."
        sentence: request.response?.said ?? Object.values(request.response?.errors ?? {}).flat()[0] ?? { 413: words.tooLarge, 507: words.noRoom }[status],
        // What did not arrive, or came at a bad time, may arrive the next time. A file that was refused will not.
        again: [0, 429, 500, 502, 503, 504].includes(status),
      });
    });
    waitFor(NOTHING_MOVES);
    request.send(body);
  });
}

function rowFor(list, file) {
  const item = list.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = file.name;
  const progress = item.querySelector("progress");
  progress.setAttribute("aria-label", file.name);
  list.append(item);
  return { item, progress, state: item.querySelector("[data-of-state]") };
}
