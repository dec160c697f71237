// A form that a passkey answers: ask the key when the button is pressed, send what it signed.
const keys = window.PublicKeyCredential;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  const { passkey, options } = form.dataset;
  if (!keys?.parseRequestOptionsFromJSON) {
    form.querySelector("[data-passkey-missing]").hidden = false;
    form.querySelector("button").disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const asked = JSON.parse(options);
      const answer = passkey === "create"
        ? await navigator.credentials.create({ publicKey: keys.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: keys.parseRequestOptionsFromJSON(asked) });
      form.elements.credential.value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
