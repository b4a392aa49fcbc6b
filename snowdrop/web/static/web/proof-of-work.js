// Does the arithmetic that a form is asked for when very many write at once (ALTCHA 2, PBKDF2), while somebody writes.
//
// [data-challenge] inside a form holds the challenge; the field "proof" beside it gets the answer. A form that is sent
// before waits for it, says so in the sentence of data-working, and then goes by itself. A browser that cannot do it
// sends the form without; the house takes that too, more slowly.

const AT_ONCE = 4; // tries; the browser does them in threads of its own
const ENOUGH = 10_000; // tries; the house asks for some thousand

for (const asked of document.querySelectorAll("[data-challenge]")) answer(asked);

async function answer(asked) {
  if (!window.crypto?.subtle) return; // a page without https has none
  const form = asked.closest("form");
  let early = null; // a form that was sent before its time, and the button it was sent by
  let done = false;
  form.addEventListener("submit", (event) => {
    if (done) return;
    event.preventDefault();
    early = { button: event.submitter };
    asked.textContent = asked.dataset.working;
  });
  try {
    const challenge = JSON.parse(asked.dataset.challenge);
    const solution = await solve(challenge.parameters);
    form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
  } catch {
    // Words without a proof are better than none.
  }
  done = true;
  asked.textContent = "";
  if (early && form.requestSubmit) form.requestSubmit(early.button);
  else if (early) form.submit();
}

async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  for (let counter = 0; counter < ENOUGH; counter += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, (_, more) => counter + more);
    const keys = await Promise.all(tries.map((one) => derived(nonce, one, salt, cost, keyLength)));
    const found = keys.findIndex((key) => key.startsWith(keyPrefix));
    if (found >= 0) return { counter: counter + found, derivedKey: keys[found] };
  }
  throw new Error("no answer");
}

async function derived(nonce, counter, salt, iterations, length) {
  const password = bytes(nonce + counter.toString(16).padStart(8, "0"));
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
  return Array.from(bits, (one) => one.toString(16).padStart(2, "0")).join("");
}

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}
