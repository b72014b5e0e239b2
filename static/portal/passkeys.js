// Forms that a passkey answers: asks the device, puts its answer into the form and sends it.
// Without it, or where the browser knows no passkeys, the buttons stay hidden.
const fromText = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const readOptions = (options) => ({
  ...options,
  challenge: fromText(options.challenge),
  ...(options.user && { user: { ...options.user, id: fromText(options.user.id) } }),
  ...Object.fromEntries(
    ["allowCredentials", "excludeCredentials"]
      .filter((name) => options[name])
      .map((name) => [name, options[name].map((one) => ({ ...one, id: fromText(one.id) }))]),
  ),
});

const writeAnswer = (answer) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer.response[name]) response[name] = toText(answer.response[name]);
  }
  return JSON.stringify({
    id: answer.id,
    rawId: toText(answer.rawId),
    type: answer.type,
    response,
    clientExtensionResults: answer.getClientExtensionResults(),
  });
};

const optionsFor = async (form) => {
  const place = document.getElementById(form.dataset.passkeyOptions);
  if (place) return JSON.parse(place.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
};

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const problem = document.querySelector("[data-passkey-problem]");
  form.hidden = false;
  form.querySelector("button").hidden = false;
  form.querySelector("[data-passkey-unable]")?.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const publicKey = readOptions((await optionsFor(form)).publicKey);
      const answer = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = writeAnswer(answer);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
