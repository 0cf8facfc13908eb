// Passkeys: asks the device for one, or for a new one, and sends what it answers with the form. Where the browser
// knows no passkeys the form stays hidden.
const known = window.PublicKeyCredential;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const isNew = form.dataset.passkey === "create";
  const parse = known && (isNew ? known.parseCreationOptionsFromJSON : known.parseRequestOptionsFromJSON);
  if (!parse) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.dataset.options);
      const publicKey = parse.call(known, await answer.json());
      const credential = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error; // its owner has not unlocked it: nothing happens
    }
  });
}
