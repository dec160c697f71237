// What is pasted from Word, Excel or Google Docs becomes paragraphs and lists, nothing else.
const BLOCKS = new Set("P DIV H1 H2 H3 H4 H5 H6 BLOCKQUOTE PRE SECTION ARTICLE TABLE UL OL DL DT DD HR FIGURE".split(" "));
const IGNORED = new Set("STYLE SCRIPT HEAD TITLE META LINK DEL NOSCRIPT TEMPLATE OBJECT SVG IMG".split(" "));

const tidy = (text) =>
  text
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/[\s\u00a0]+/g, " ")
    .trim();

// Word draws its lists as paragraphs; the sign in front stands in a part that it ignores itself.
const isOffice = (node) => /mso-list:\s*l\d/i.test(node.dataset.style || "");
const isSign = (node) => /mso-list:\s*ignore/i.test(node.dataset.style || "");

function officeMarker(node) {
  const sign = [...node.querySelectorAll("*")].find(isSign);
  const depth = Number(/level(\d)/i.exec(node.dataset.style)?.[1] || 1) - 1;
  const number = /^\(?([0-9]+|[a-z]{1,4})[.)]/i.exec(tidy(sign?.textContent || ""));
  return `${"  ".repeat(depth)}${number ? `${number[1]}. ` : "- "}`;
}

class Blocks {
  constructor() {
    this.found = [];
    this.text = "";
    this.marker = "";
  }

  close() {
    const lines = this.text.split("\n").map(tidy).filter(Boolean);
    if (lines.length) this.found.push({ text: this.marker + lines.join("\n"), isItem: this.marker !== "" });
    // A second paragraph of the same item goes on below it.
    if (lines.length && this.marker) this.marker = " ".repeat(this.marker.length);
    this.text = "";
  }

  block(marker, inside) {
    this.close();
    const before = this.marker;
    this.marker = marker;
    inside();
    this.close();
    this.marker = before;
  }

  paragraph(inside) {
    this.close();
    inside();
    this.close();
  }

  walk(node, depth = 0) {
    if (node.nodeType === Node.TEXT_NODE) this.text += node.data.replace(/\s+/g, " ");
    if (node.nodeType !== Node.ELEMENT_NODE || IGNORED.has(node.tagName) || isSign(node)) return;
    const inside = (deeper = depth) => node.childNodes.forEach((child) => this.walk(child, deeper));
    if (node.tagName === "BR") this.text += "\n";
    else if (node.tagName === "UL" || node.tagName === "OL") this.list(node, depth);
    else if (node.tagName === "TR") this.row(node);
    else if (isOffice(node)) this.block(officeMarker(node), inside);
    else if (BLOCKS.has(node.tagName)) this.paragraph(inside);
    else inside();
  }

  list(node, depth) {
    let number = Number(node.getAttribute("start") || 1);
    for (const item of node.children) {
      if (item.tagName === "LI") {
        const sign = node.tagName === "OL" ? `${number++}. ` : "- ";
        this.block("  ".repeat(depth) + sign, () => item.childNodes.forEach((child) => this.walk(child, depth + 1)));
      } else {
        // Google Docs and Word put an inner list beside the item it belongs to.
        this.walk(item, depth + 1);
      }
    }
  }

  row(node) {
    const cells = [...node.children].map((cell) => tidy(cell.textContent));
    if (cells.some(Boolean)) this.block("", () => (this.text = cells.join(" | ")));
  }
}

// Styles and handlers would be refused by the page's policy even in a document that is only read.
const harmless = (html) =>
  html
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[^>]+>/g, (tag) => tag.replace(/(\s)(style|on[a-z]+)\s*=/gi, "$1data-$2="));

// Plain text of a clipboard's HTML.
export function plain(html) {
  const blocks = new Blocks();
  blocks.walk(new DOMParser().parseFromString(harmless(html), "text/html").body);
  blocks.close();
  const isRow = ({ text }) => text.includes(" | ");
  return blocks.found
    .map((block, place) => {
      const before = blocks.found[place - 1];
      if (!before) return block.text;
      const isClose = (block.isItem && before.isItem) || (isRow(block) && isRow(before));
      return (isClose ? "\n" : "\n\n") + block.text;
    })
    .join("");
}

export function take(event) {
  const area = event.target;
  const html = event.clipboardData?.getData("text/html");
  if (!html || !area.matches?.("form[data-autosave-url] textarea")) return;
  const text = plain(html);
  if (!text) return;
  event.preventDefault();
  // The old command alone keeps the way back with Ctrl+Z.
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
