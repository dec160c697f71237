// Two people wrote the same field: both texts are shown, the person chooses.
const english = document.documentElement.lang === "en";
const TEXT = english
  ? {
      title: "There are two versions",
      why: "These answers were saved somewhere else after you opened them. Yours are not saved yet and not lost.",
      mine: "Use my version",
      latest: "Use the newest version",
    }
  : {
      title: "Ada dua versi",
      why: "Isian ini disimpan di tempat lain setelah Anda membukanya. Isian Anda belum tersimpan dan tidak hilang.",
      mine: "Pakai versi saya",
      latest: "Pakai versi terbaru",
    };

// `autosave` waits until then; its text may grow meanwhile and stays on the device. Where the
// server drew no panel (`told.panel`), one without the other text is drawn here.
export function compare(autosave, told) {
  const { form } = autosave;
  form.querySelector(".conflict")?.remove();
  const panel = told.panel ? drawn(told.panel) : plain();
  (form.querySelector(".save-bar, .score-bar") || form.lastElementChild).before(panel);
  panel.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]")?.dataset.choose;
    if (choice) settle(autosave, told, choice, panel);
  });
}

async function settle(autosave, { fields = {}, fresh = {}, version }, choice, panel) {
  const { form } = autosave;
  // Without the fields, or with rows that this page has no boxes for, the page is drawn anew.
  const isWhole = version && Object.keys(fields).every((name) => form.elements[name]);
  if (choice === "latest" && !isWhole) return autosave.reload();
  const chosen = { mine: {}, latest: fields, merge: merged(fields, autosave.values()) }[choice];
  panel.remove();
  const isSeen = autosave.refresh(fresh);
  await autosave.resume(version, fields, chosen);
  if (!isSeen && !autosave.hasUnsent()) return autosave.reload();
  form.elements[Object.keys(fields)[0]]?.focus?.();
}

function merged(latest, mine) {
  const texts = Object.entries(latest).filter(([name, text]) => typeof text === "string" && text !== mine[name]);
  return Object.fromEntries(texts.map(([name, text]) => [name, [text, mine[name]].filter(Boolean).join("\n\n")]));
}

function drawn(html) {
  const parts = document.createElement("template");
  parts.innerHTML = html;
  return parts.content.firstElementChild;
}

function plain() {
  const panel = drawn(
    '<section class="card conflict" aria-labelledby="dua-versi" tabindex="-1"><h2 id="dua-versi"></h2><p></p><div class="button-row"></div></section>',
  );
  panel.querySelector("h2").textContent = TEXT.title;
  panel.querySelector("p").textContent = TEXT.why;
  for (const choice of ["mine", "latest"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.dataset.choose = choice;
    button.textContent = TEXT[choice];
    panel.querySelector("div").append(button);
  }
  return panel;
}
