// The service worker: keeps pages that were opened, where somebody chose that on this device, to read them without a
// connection. Above this stands HOUSE: page, onlyForStrangers, static, files.
//
// It asks the network first, always, and shows what it kept only where no answer comes. It keeps what the house says is
// alike for everyone in a circle ("Reading-Page: alike"), and its pictures. A page with something of the reader's own
// ("own") is never kept: the same page is asked for once more as everyone in the circle gets it.

const PAGES = "pages"; // where everything lies, and the choice itself: where this is gone nothing is kept any more

const MOST_PAGES = 60;
const MOST_BYTES = 40 * 2 ** 20;
const LASTS = 30 * 24 * 3_600_000; // milliseconds since the house last said that it may be read
const ASK_AGAIN = 3_600_000; // milliseconds
const AT_ONCE = 20; // pages asked for again while one is read
const JUST_NOW = 300_000; // milliseconds; a picture may come before its page is kept

let isOver = false;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(begin());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "begin") event.waitUntil(begin());
  if (event.data === "end") event.waitUntil(end());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (isOver || request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (["image", "style", "font", "script"].includes(request.destination)) event.respondWith(part(event));
});

async function begin() {
  isOver = false;
  if (!(await caches.has(PAGES))) return; // a newer worker, on a device that was let go of meanwhile
  for (const address of [HOUSE.page, ...HOUSE.files]) {
    const answer = await fetch(address, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    await keep(address, answer);
  }
}

// -- answering --------------------------------------------------------------------------------------

async function page(event) {
  const url = plain(event.request.url);
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return (await kept(url)) ?? (await onwards(url)) ?? (await kept(HOUSE.page)) ?? Response.error();
  }
  event.waitUntil(learn(url, answer, isAlike(answer) ? answer.clone() : null));
  return answer;
}

async function part(event) {
  const url = plain(event.request.url);
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return (await kept(url)) ?? (await otherSize(url)) ?? Response.error();
  }
  if (answer.ok && (isAlike(answer) || isFixed(url))) event.waitUntil(keep(url, answer.clone()));
  else if (isNotThere(answer)) event.waitUntil(drop(url));
  return answer;
}

// What leads on when there is a connection (the first page, a memorial's own address) leads to a page that is kept.
async function onwards(url) {
  const { pathname } = new URL(url);
  if (pathname !== "/" && !/^\/m\/[^/]+\/$/.test(pathname)) return undefined;
  const pages = (await everything()).filter((one) => one.isPage && one.path.startsWith(pathname) && !one.isOld);
  if (!pages.length) return undefined;
  const newest = pages.reduce((one, other) => (other.opened > one.opened ? other : one));
  const rooms = pages.filter((one) => one.folder === newest.folder).sort((one, other) => one.path.length - other.path.length);
  return Response.redirect(rooms[0].url);
}

// A telephone that was turned asks for another size of the same picture.
async function otherSize(url) {
  const folder = url.slice(0, url.lastIndexOf("/") + 1);
  const sizes = (await everything()).filter((one) => !one.isPage && !one.isFixed && one.url.startsWith(folder));
  sizes.sort((one, other) => other.bytes - one.bytes);
  return sizes.length ? kept(sizes[0].url) : undefined;
}

// -- learning from an answer ------------------------------------------------------------------------

async function learn(url, answer, copy) {
  if (saysItIsOver(answer)) return end();
  const before = await kept(url);
  if (isNotThere(answer)) {
    await drop(url);
    await askAgain(url, { olderThan: 0 });
    return tidy();
  }
  if (!answer.ok || answer.redirected || !answer.headers.has("Reading-Page")) return undefined;
  const after = copy ? await keep(url, copy) : await ask(url, before, Date.now());
  if (isOver) return undefined;
  const hasChanged = before && before.headers.get("ETag") !== after?.headers.get("ETag");
  await askAgain(url, hasChanged ? { olderThan: 0 } : {});
  await speakAs(answer.headers.get("Content-Language"));
  return tidy();
}

// Ask for a page as everyone in the circle gets it, and keep that; return what is kept, if anything is.
async function ask(url, before, opened) {
  const headers = { Accept: "text/html", "Reading-Page": "alike" };
  if (before) headers["If-None-Match"] = before.headers.get("ETag") ?? "";
  let answer;
  try {
    answer = await fetch(url, { headers, cache: "no-store" });
  } catch {
    return before;
  }
  if (saysItIsOver(answer)) await end();
  else if (before && answer.status === 304) return keep(url, before, opened);
  else if (isAlike(answer)) return keep(url, answer, opened);
  else if (answer.status < 500 && answer.status !== 429) await drop(url);
  return undefined;
}

// What else is kept of this memorial may not be open any more: a moment that was narrowed stands on other pages too.
async function askAgain(url, { olderThan = ASK_AGAIN } = {}) {
  const folder = folderOf(url);
  const limit = Date.now() - olderThan;
  const others = (await everything()).filter((one) => one.isPage && one.folder === folder && one.url !== url && one.asked <= limit);
  others.sort((one, other) => one.asked - other.asked);
  for (const one of olderThan ? others.slice(0, AT_ONCE) : others) {
    if (isOver) return;
    await ask(one.url, one.answer, one.opened);
  }
}

async function speakAs(language) {
  const shown = await kept(HOUSE.page);
  if (!shown || !language || shown.headers.get("Content-Language") === language) return;
  const answer = await fetch(HOUSE.page, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) await keep(HOUSE.page, answer);
}

function isAlike(answer) {
  return answer.status === 200 && !answer.redirected && answer.headers.get("Reading-Page") === "alike";
}

function isNotThere(answer) {
  return [403, 404, 410].includes(answer.status);
}

// Whoever was signed in here is not any more. Browsers from before 2023 do not all obey that header themselves.
function saysItIsOver(answer) {
  if (answer.headers.has("Clear-Site-Data")) return true;
  return answer.status === 200 && HOUSE.onlyForStrangers.includes(new URL(answer.url).pathname);
}

// -- keeping ----------------------------------------------------------------------------------------

async function keep(url, answer, opened = Date.now()) {
  const body = await answer.arrayBuffer();
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding"); // these are the bytes it stood for
  headers.set("Kept-Opened", opened);
  headers.set("Kept-Asked", Date.now());
  headers.set("Kept-Bytes", body.byteLength);
  const mine = new Response(body, { headers });
  if (isOver || !(await caches.has(PAGES))) return undefined;
  const pages = await caches.open(PAGES);
  await pages.put(url, mine.clone());
  if (isOver) await caches.delete(PAGES);
  return mine;
}

async function kept(url) {
  if (!(await caches.has(PAGES))) return undefined;
  const found = await (await caches.open(PAGES)).match(url, { ignoreVary: true });
  return found && !described(url, found).isOld ? found : undefined;
}

async function drop(url) {
  if (await caches.has(PAGES)) await (await caches.open(PAGES)).delete(url, { ignoreVary: true });
}

async function end() {
  isOver = true;
  await self.registration.unregister();
  await caches.delete(PAGES);
}

function plain(address) {
  const url = new URL(address);
  url.hash = "";
  return url.href;
}

function isFixed(url) {
  return new URL(url, location).pathname.startsWith(HOUSE.static);
}

// The address of the memorial to which a page belongs.
function folderOf(url) {
  return new URL(url).pathname.match(/^\/m\/[^/]+\//)?.[0] ?? "";
}

function described(address, answer) {
  const url = new URL(address, location);
  const number = (name) => Number(answer.headers.get(name));
  const fixed = isFixed(url) || url.pathname === HOUSE.page;
  return {
    url: url.href,
    path: url.pathname,
    folder: folderOf(url),
    isFixed: fixed,
    isPage: !fixed && /html/.test(answer.headers.get("Content-Type") ?? ""),
    isOld: !fixed && Date.now() - number("Kept-Asked") > LASTS,
    opened: number("Kept-Opened"),
    asked: number("Kept-Asked"),
    bytes: number("Kept-Bytes"),
    answer,
  };
}

async function everything() {
  if (!(await caches.has(PAGES))) return [];
  const pages = await caches.open(PAGES);
  const found = [];
  for (const { url } of await pages.keys()) {
    const answer = await pages.match(url, { ignoreVary: true });
    if (answer) found.push(described(url, answer));
  }
  return found;
}

// Keep within the limits: what was opened last stays, and pictures stay with the pages they stand on.
async function tidy() {
  const all = await everything();
  const newest = (one, other) => other.opened - one.opened;
  const pages = all.filter((one) => one.isPage && !one.isOld).sort(newest).slice(0, MOST_PAGES);
  const texts = await Promise.all(pages.map((one) => one.answer.text()));
  const stands = (one) => texts.some((text) => text.includes(one.isFixed ? one.path : one.path.slice(0, one.path.lastIndexOf("/") + 1)));
  const isNeeded = (one) => one.path === HOUSE.page || HOUSE.files.includes(one.path) || one.opened > Date.now() - JUST_NOW || stands(one);
  const parts = all.filter((one) => !one.isPage && !one.isOld && isNeeded(one));
  const stay = new Set();
  let bytes = 0;
  for (const one of [...pages, ...parts].sort(newest)) {
    bytes += one.bytes;
    if (one.isFixed || bytes <= MOST_BYTES) stay.add(one.url);
  }
  for (const one of all) if (!stay.has(one.url)) await drop(one.url);
}
