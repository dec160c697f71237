// Two people wrote the same field: the server's panel shows both texts, the person chooses.

// `autosave` waits until then; its text may grow meanwhile and stays on the device.
export function compare(autosave, told) {
  const { form } = autosave;
  form.querySelector(".conflict")?.remove();
  const parts = document.createElement("template");
  parts.innerHTML = told.panel;
  const panel = parts.content.firstElementChild;
  (form.querySelector(".save-bar") || form.lastElementChild).before(panel);
  panel.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    panel.remove();
    const { fields, version } = told;
    const chosen = { mine: {}, latest: fields, merge: merged(fields, autosave.values()) }[choice];
    autosave.resume(version, fields, chosen);
    const [first] = Object.keys(fields);
    form.elements[first]?.focus?.();
  });
}

function merged(latest, mine) {
  const texts = Object.entries(latest).filter(([name, text]) => typeof text === "string" && text !== mine[name]);
  return Object.fromEntries(texts.map(([name, text]) => [name, [text, mine[name]].filter(Boolean).join("\n\n")]));
}
