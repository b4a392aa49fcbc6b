// Comes in by a passkey, or keeps one: what only a browser can ask of the device.
//
// <form data-passkey="get" or "create" action="…" hidden> shows where the browser knows passkeys. Posted as it is,
// its address answers with what to ask the device; posted with the device's answer as `credential`, with the page to
// go on to. What happened instead is said in [data-passkey-said], in the house's words or in its own data-stopped,
// data-there and data-failed.

// No passkey belongs to a bare number, whatever the browser knows.
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
if (window.PublicKeyCredential && navigator.credentials && !isNumber) {
  for (const form of document.querySelectorAll("form[data-passkey]")) offer(form);
}

function offer(form) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    try {
      const asked = await post(form);
      const credential = await navigator.credentials[form.dataset.passkey]({
        publicKey: readable(asked.publicKey),
      });
      const { url } = await post(form, JSON.stringify(written(credential)));
      location.assign(url);
    } catch (error) {
      said.textContent = sentence(error, said.dataset);
      button.disabled = false;
    }
  });
}

class Refused extends Error {}

async function post(form, credential) {
  const body = new URLSearchParams(new FormData(form));
  if (credential) body.set("credential", credential);
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.errors?.[""]?.[0] ?? "");
  return told;
}

function sentence(error, own) {
  if (error instanceof Refused && error.message) return error.message;
  // The person closed the device's own window, or its time was over.
  if (error.name === "NotAllowedError" || error.name === "AbortError") return own.stopped;
  if (error.name === "InvalidStateError") return own.there;
  return own.failed;
}

// Bytes travel as base64url. Browsers do this by themselves only since 2024.

function readable(asked) {
  const bytes = (list) => list?.map((one) => ({ ...one, id: fromText(one.id) }));
  return {
    ...asked,
    challenge: fromText(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: fromText(asked.user.id) } }),
    ...(asked.allowCredentials && { allowCredentials: bytes(asked.allowCredentials) }),
    ...(asked.excludeCredentials && { excludeCredentials: bytes(asked.excludeCredentials) }),
  };
}

function written(credential) {
  const said = credential.response;
  const response = { clientDataJSON: toText(said.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (said[name]) response[name] = toText(said[name]);
  }
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

function fromText(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
