// The reading half of a sheet: find with Enter, highlight what is selected or found.
// Without this module the search goes to the server, which marks and counts.
import { page } from "./autosave.js";

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

listen();
document.addEventListener("selectionchange", offer);
