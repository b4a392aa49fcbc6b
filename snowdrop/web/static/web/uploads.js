// Sends chosen files one by one, so that a broken line costs one picture and not all of them.
//
// <form data-uploads data-uploads-next="…"> holds the file field. Beside it stand a list [data-sending], a
// <template> for one file in it, a sentence [data-summary] and a link [data-go-on]; the sentences are the
// list's data-kept, data-too-large, data-no-room, data-not-arrived and data-again.

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
  const { kept, sentence, again } = await post(form, name, file, (share) => (row.progress.value = share));
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
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("loadend", () => {
      const status = request.status;
      resolve({
        kept: status === 200 || status === 201,
        // `said` tells of a file that is kept but needed no second place: "This one is already here."
        sentence: request.response?.said ?? Object.values(request.response?.errors ?? {}).flat()[0] ?? { 413: words.tooLarge, 507: words.noRoom }[status],
        // What did not arrive, or came at a bad time, may arrive the next time. A file that was refused will not.
        again: [0, 429, 500, 502, 503, 504].includes(status),
      });
    });
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
