// The scoresheet: digits inside a criterion, the running total, the split screen.
const language = document.documentElement.lang || "id";
const written = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function mark(criterion) {
  const chosen = criterion.querySelector("input[type=radio]:checked");
  return chosen ? Number(chosen.value) : null;
}

// The note that a mark asks for and that is not there yet; the server decides when it is sent.
function ask(criterion) {
  const note = criterion.querySelector("textarea");
  if (!note) return;
  const wanted = (criterion.dataset.noteMarks || "").split(" ").includes(String(mark(criterion)));
  note.setAttribute("aria-required", String(wanted));
  criterion.classList.toggle("wants-note", wanted && !note.value.trim());
}

function show(form) {
  const criteria = [...form.querySelectorAll("fieldset.criterion[data-weight]")];
  criteria.forEach(ask);
  const marks = criteria.map(mark);
  const total = criteria.reduce(
    (sum, item, i) => sum + (Number(item.dataset.weight) * (marks[i] || 0)) / Number(item.dataset.scale || 5),
    0,
  );
  for (const place of form.querySelectorAll("[data-score-total]")) place.textContent = written.format(total);
  const filled = marks.filter((value) => value !== null).length;
  for (const place of form.querySelectorAll("[data-score-count]")) place.textContent = String(filled);
}

function press(event) {
  const form = event.currentTarget;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-primary]") || undefined);
    return;
  }
  // Only while focus is on a mark of the criterion: never while somebody writes a note.
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.type !== "radio") return;
  const wanted = event.target.closest(".criterion")?.querySelector(`input[type=radio][value="${event.key}"]`);
  if (!wanted || wanted.disabled) return;
  event.preventDefault();
  wanted.focus();
  wanted.click();
}

for (const form of document.querySelectorAll("form[data-scoresheet]")) {
  show(form);
  form.addEventListener("change", () => show(form));
  form.addEventListener("input", () => show(form));
  form.addEventListener("keydown", press);
}

const split = document.querySelector("[data-split]");
if (split) {
  document.documentElement.classList.add("js-split");
  const tabs = [...document.querySelectorAll(".split-tabs a")];
  const open = (id) => {
    const target = document.getElementById(id);
    if (!target || !split.contains(target)) return;
    split.dataset.view = target.closest(".split-right") ? "right" : "left";
    for (const tab of tabs) {
      if (tab.hash === `#${id}`) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  for (const tab of tabs) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      open(tab.hash.slice(1));
      scrollTo(0, 0);
    });
  }
  // What the address names, else where something is wrong, else what is to be read.
  const asked = new URLSearchParams(location.search).get("bagian");
  const named = tabs.find((tab) => tab.hash === `#${asked}`);
  const wrong = split.querySelector(".split-right .govuk-error-summary") && tabs[1];
  if (tabs.length) open((named || wrong || tabs[0]).hash.slice(1));

  const buttons = [...document.querySelectorAll("[data-split-set]")];
  const set = (value) => {
    split.dataset.left = value;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.splitSet === value));
  };
  try {
    const kept = localStorage.getItem("sinovik:split");
    if (kept) set(kept);
  } catch {
    // The middle way stays.
  }
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      set(button.dataset.splitSet);
      try {
        localStorage.setItem("sinovik:split", button.dataset.splitSet);
      } catch {
        // Not remembered, still set.
      }
    });
  }
}
