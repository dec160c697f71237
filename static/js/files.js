// A file picker in the page's language, and a check of size and type before anything is sent.
const english = document.documentElement.lang === "en";
const text = english
  ? { pick: "Choose file", none: "No file chosen", large: "The file is too large.", kind: "This file type is not accepted." }
  : { pick: "Pilih berkas", none: "Belum ada berkas", large: "Berkas terlalu besar.", kind: "Jenis berkas ini tidak diterima." };

function fault(input) {
  const limit = Number(input.dataset.maxBytes || 0);
  const kinds = (input.accept || "").split(",").map((kind) => kind.trim().toLowerCase()).filter((kind) => kind.startsWith("."));
  for (const file of input.files) {
    if (limit && file.size > limit) return text.large;
    if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return text.kind;
  }
  return "";
}

function describe(file) {
  const kilobytes = Math.max(1, Math.round(file.size / 1000));
  return kilobytes < 1000 ? `${file.name} (${kilobytes} kB)` : `${file.name} (${(kilobytes / 1000).toFixed(1).replace(".", english ? "." : ",")} MB)`;
}

for (const input of document.querySelectorAll("input[type=file]")) {
  const box = document.createElement("div");
  box.className = "file-pick";
  const button = document.createElement("label");
  button.className = "govuk-button govuk-button--secondary";
  button.htmlFor = input.id;
  button.setAttribute("aria-hidden", "true");
  button.textContent = text.pick;
  const line = document.createElement("span");
  line.setAttribute("role", "status");
  line.textContent = text.none;
  input.before(box);
  box.append(input, button, line);
  input.classList.add("visually-hidden");
  input.addEventListener("change", () => {
    // Of several files each is judged by itself, where it is sent.
    const wrong = input.multiple ? "" : fault(input);
    line.textContent = wrong || [...input.files].map(describe).join(", ") || text.none;
    line.classList.toggle("is-wrong", Boolean(wrong));
    input.setCustomValidity(wrong);
  });
}
