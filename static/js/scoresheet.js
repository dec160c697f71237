// The screen of a judge. The sheet: digits inside a criterion, the running total, the split screen.
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
  // What the address names, its end above all: somebody chose a tab before this module came.
  // Else where something is wrong, else what is to be read.
  const asked = `#${new URLSearchParams(location.search).get("bagian")}`;
  const tabOf = (hash) => tabs.find((tab) => tab.hash === hash);
  const named = tabOf(location.hash) || tabOf(asked);
  const wrong = split.querySelector(".split-right .govuk-error-summary") && tabs[1];
  if (tabs.length) open((named || wrong || tabs[0]).hash.slice(1));
  // The browser went to what is wrong while both halves stood below each other.
  if (wrong && !named) scrollTo(0, 0);

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

// The reading half of a sheet: find with Enter, highlight what is selected or found.
// Without this module the search goes to the server, which marks and counts.
const SHORTEST = 2;
const half = () => document.querySelector("div[data-reading]");
const texts = () => [...half().querySelectorAll(".prose[data-section]")];
let at = -1;

function unmark() {
  for (const mark of half().querySelectorAll("mark[data-hit]")) mark.replaceWith(...mark.childNodes);
  for (const text of texts()) text.normalize();
}

// Wraps each stretch of text nodes that a match covers; a match is one hit with one number.
function wrap(text, start, end, name, number) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const nodes = [];
  for (let place = 0; walker.nextNode(); ) {
    const length = walker.currentNode.data.length;
    if (place < end && place + length > start) nodes.push([walker.currentNode, place]);
    place += length;
  }
  for (const [node, place] of nodes) {
    const range = document.createRange();
    range.setStart(node, Math.max(0, start - place));
    range.setEnd(node, Math.min(node.data.length, end - place));
    const mark = document.createElement("mark");
    mark.dataset[name] = number;
    range.surroundContents(mark);
  }
}

function find(wanted) {
  unmark();
  const words = wanted.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(words.join("\\s+"), "giu");
  let hits = 0;
  for (const text of texts()) {
    const found = [...text.textContent.matchAll(pattern)];
    // From the end, so that earlier places stay where they are.
    for (const match of [...found].reverse()) {
      wrap(text, match.index, match.index + match[0].length, "hit", hits + found.indexOf(match) + 1);
    }
    hits += found.length;
  }
  return hits;
}

const marksOf = (number) => [...half().querySelectorAll(`mark[data-hit="${number}"]`)];

function go(form, step, hits) {
  const status = form.querySelector("[data-find-status]");
  if (!hits) {
    status.textContent = form.dataset.none;
    return;
  }
  at = (at + step + hits) % hits;
  for (const mark of half().querySelectorAll("mark[data-hit]")) mark.removeAttribute("aria-current");
  const marks = marksOf(at + 1);
  for (const mark of marks) mark.setAttribute("aria-current", "true");
  marks[0].scrollIntoView({ block: "center" });
  status.textContent = `${at + 1} ${form.dataset.of} ${hits}`;
  offer();
}

let last = "";
let hits = 0;

function search(form, step) {
  const wanted = form.elements.cari.value;
  if (wanted.trim().length < SHORTEST) {
    unmark();
    form.querySelector("[data-find-status]").textContent = "";
    last = "";
    hits = 0;
    return;
  }
  if (wanted !== last) {
    hits = find(wanted);
    last = wanted;
    at = step > 0 ? -1 : 0;
  }
  go(form, step, hits);
}

// What would be highlighted: the selection within one section, else the hit that is shown.
function chosen() {
  const selection = getSelection();
  if (selection.rangeCount && !selection.isCollapsed) {
    const range = selection.getRangeAt(0);
    const inside = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".prose[data-section]");
    const text = inside(range.startContainer);
    if (text && half().contains(text) && text === inside(range.endContainer)) return [text, range];
  }
  const marks = marksOf(at + 1);
  if (!marks.length) return null;
  const range = document.createRange();
  range.setStartBefore(marks[0]);
  range.setEndAfter(marks[marks.length - 1]);
  return [marks[0].closest(".prose"), range];
}

function offer() {
  half().querySelector("[data-highlight]").hidden = !chosen();
}

async function send(url, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
  const { page } = await import(document.getElementById("sinovik").dataset.autosave);
  const fresh = answer.ok && (await page());
  const drawn = fresh && fresh.querySelector("div[data-reading]");
  if (!drawn) return;
  const wanted = half().querySelector("[name=cari]").value;
  half().replaceWith(document.adoptNode(drawn));
  listen();
  half().querySelector("[name=cari]").value = wanted;
  last = "";
  offer();
}

function highlight() {
  const found = chosen();
  if (!found) return;
  const [text, range] = found;
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  // The server counts characters, not the halves of which a browser makes some of them.
  const start = [...before.toString()].length;
  const fields = { section: text.dataset.section, start, quote: range.toString() };
  getSelection().removeAllRanges();
  at = -1;
  send(half().dataset.highlightUrl, fields);
}

function listen() {
  const form = half().querySelector("[data-find]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(form, 1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      search(form, -1);
    } else if (event.key === "Escape") {
      unmark();
      last = "";
      at = -1;
      offer();
    }
  });
  form.querySelector("[data-highlight]").addEventListener("click", highlight);
  for (const removing of half().querySelectorAll("[data-highlight-remove]")) {
    removing.addEventListener("submit", (event) => {
      event.preventDefault();
      send(removing.action, {});
    });
  }
}

if (half()) {
  listen();
  document.addEventListener("selectionchange", offer);
}
