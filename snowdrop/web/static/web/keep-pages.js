// Chooses for this device whether pages that were opened are kept, to be read without a connection.
//
// [data-keep-pages="address of the worker"] holds a tick, hidden until it can be made, a sentence
// [data-keep-pages-without] that stands there until then, and a [role=status] with data-kept, data-none and data-failed.

const PAGES = "pages"; // as in the worker: it keeps nothing where this is gone

for (const place of document.querySelectorAll("[data-keep-pages]")) {
  if (navigator.serviceWorker && window.caches) offer(place);
}

async function offer(place) {
  const tick = place.querySelector("input");
  const status = place.querySelector("[role=status]");
  try {
    tick.checked = await isChosen();
  } catch {
    return; // a browser in private mode has the words for it, and no place to keep anything
  }
  place.querySelector("[data-keep-pages-without]").hidden = true;
  tick.closest("[hidden]").hidden = false;
  tick.addEventListener("change", async () => {
    tick.disabled = true;
    const wished = tick.checked;
    try {
      await (wished ? choose(place.dataset.keepPages) : unchoose());
      status.textContent = wished ? status.dataset.kept : status.dataset.none;
    } catch {
      await unchoose().catch(() => {});
      status.textContent = status.dataset.failed;
    }
    tick.checked = await isChosen();
    tick.disabled = false;
    tick.focus();
  });
}

async function isChosen() {
  return Boolean(await navigator.serviceWorker.getRegistration("/")) && (await caches.has(PAGES));
}

async function choose(address) {
  await caches.open(PAGES);
  const { installing, active } = await navigator.serviceWorker.register(address, { scope: "/" });
  // One that was sent away a moment ago, and still answers for this very page, is called back.
  if (!installing) return active?.postMessage("begin");
  await new Promise((resolve, reject) => {
    installing.addEventListener("statechange", () => {
      if (installing.state === "activated") resolve();
      if (installing.state === "redundant") reject(new Error("the worker did not begin"));
    });
  });
}

async function unchoose() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  registration?.active?.postMessage("end");
  await registration?.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}
