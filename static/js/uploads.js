// Sends files in pieces, so that a broken line costs seconds and not the whole file.
//
// <form data-upload="/…/unggahan/" data-user="42"> keeps working without this module: the
// button then sends everything in one request. How an upload is spoken of on the wire is
// written down in innovations/views/uploads.py.
const english = document.documentElement.lang === "en";
const TEXT = english
  ? {
      waiting: "Waiting its turn.",
      reading: "Reading the file…",
      resumed: (part) => `Going on from ${part}.`,
      sending: "Sending…",
      paused: "Paused. What has arrived is kept for two days.",
      offline: "You are offline. The upload goes on by itself when you are online.",
      broken: "The line is broken. Trying again by itself…",
      stopped: "Still no connection. Choose Try again when the line is better.",
      session: "Your session has ended. Sign in again in another tab, then choose Try again.",
      finishing: "Arrived. Handing over for examination…",
      done: (name) => `${name} has arrived and is being examined.`,
      examined: "All files have been examined.",
      rejected: (number) => `All files have been examined; ${number} refused. The list above says why.`,
      cancelled: (name) => `${name} was cancelled.`,
      refused: "Not sent:",
      empty: "This file is empty. Choose a file with something in it.",
      large: (limit) => `A file may have at most ${limit}. Make it smaller, then upload again.`,
      kind: "This type is not accepted. Choose a PDF, JPG, PNG, WebP, XLSX or DOCX file.",
      many: "This dossier takes no more files. Remove one first.",
      full: (left) => `Only ${left} of room is left. Make the file smaller or remove another one.`,
      none: "Choose a file to upload.",
      pause: "Pause",
      resume: "Go on",
      again: "Try again",
      cancel: "Cancel",
      dismiss: "Dismiss",
    }
  : {
      waiting: "Menunggu giliran.",
      reading: "Membaca berkas…",
      resumed: (part) => `Dilanjutkan dari ${part}.`,
      sending: "Mengirim…",
      paused: "Dijeda. Yang sudah sampai disimpan dua hari.",
      offline: "Anda sedang luring. Unggahan berlanjut sendiri saat daring.",
      broken: "Sambungan terputus. Mencoba lagi sendiri…",
      stopped: "Sambungan belum pulih. Pilih Coba lagi saat jaringan lebih baik.",
      session: "Sesi Anda berakhir. Masuk lagi di jendela lain, lalu pilih Coba lagi.",
      finishing: "Sudah sampai. Diserahkan untuk diperiksa…",
      done: (name) => `${name} sudah sampai dan sedang diperiksa.`,
      examined: "Semua berkas sudah diperiksa.",
      rejected: (number) => `Semua berkas sudah diperiksa; ${number} ditolak. Alasannya di daftar di atas.`,
      cancelled: (name) => `${name} dibatalkan.`,
      refused: "Tidak dikirim:",
      empty: "Berkas ini kosong. Pilih berkas yang berisi.",
      large: (limit) => `Berkas paling besar ${limit}. Perkecil berkas lalu unggah lagi.`,
      kind: "Jenis berkas ini tidak diterima. Pilih berkas PDF, JPG, PNG, WebP, XLSX, atau DOCX.",
      many: "Dosir ini tidak menampung berkas lagi. Hapus satu lebih dahulu.",
      full: (left) => `Ruang tersisa ${left}. Perkecil berkas atau hapus yang lain.`,
      none: "Pilih berkas yang akan diunggah.",
      pause: "Jeda",
      resume: "Lanjutkan",
      again: "Coba lagi",
      cancel: "Batalkan",
      dismiss: "Tutup",
    };
const WAITS = [1, 2, 4, 8, 16, 30];
const SLOWEST = 90_000;
const KEPT = 48 * 3600 * 1000;

function size(octets) {
  if (octets < 1e6) return `${Math.max(1, Math.round(octets / 1000))} kB`;
  return `${(octets / 1e6).toFixed(1).replace(".", english ? "." : ",")} MB`;
}

// Where each unfinished upload lives, by what the file is. Storage may be closed to us.
class Memory {
  constructor(key) {
    this.key = key;
  }

  all() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key)) || {};
      const fresh = Object.entries(kept).filter(([, one]) => Date.now() - one.at < KEPT);
      return Object.fromEntries(fresh);
    } catch {
      return {};
    }
  }

  write(all) {
    try {
      localStorage.setItem(this.key, JSON.stringify(all));
    } catch {
      // Without it the upload can't go on after a reload; it still goes on now.
    }
  }

  keep(mark, one) {
    this.write({ ...this.all(), [mark]: { ...one, at: Date.now() } });
  }

  drop(mark) {
    const all = this.all();
    delete all[mark];
    this.write(all);
  }
}

// The server said no: trying again would not help.
class Refused extends Error {}
class SessionEnded extends Error {}
class LineBroken extends Error {}

class Sending {
  constructor(file, purpose, page) {
    Object.assign(this, { file, purpose, page, state: "waiting", offset: 0, failures: 0 });
    this.draw();
    this.become("waiting", TEXT.waiting);
  }

  draw() {
    this.row = document.createElement("li");
    this.row.className = "shelf-row";
    const head = document.createElement("p");
    const name = document.createElement("b");
    name.textContent = this.file.name;
    this.count = document.createElement("span");
    this.count.className = "muted";
    head.append(name, " ", this.count);
    this.bar = document.createElement("progress");
    this.bar.max = Math.max(1, this.file.size);
    this.bar.setAttribute("aria-label", this.file.name);
    this.line = document.createElement("p");
    this.line.className = "small";
    this.line.setAttribute("role", "status");
    const buttons = document.createElement("div");
    buttons.className = "row";
    this.main = this.button(() => this.press());
    this.stop = this.button(() => this.cancel());
    buttons.append(this.main, this.stop);
    this.row.append(head, this.bar, this.line, buttons);
    this.show();
  }

  button(act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary button-small";
    button.addEventListener("click", act);
    return button;
  }

  // One button whose word follows the state, so that focus stays where it is.
  become(state, text) {
    this.state = state;
    const word = { paused: TEXT.resume, broken: TEXT.again, refused: "" }[state] ?? TEXT.pause;
    this.main.hidden = !word || state === "finishing";
    this.label(this.main, word);
    this.stop.hidden = state === "finishing";
    this.label(this.stop, state === "refused" ? TEXT.dismiss : TEXT.cancel);
    this.bar.hidden = state === "refused";
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.classList.toggle("is-wrong", state === "refused");
  }

  label(button, word) {
    if (button.firstChild?.textContent === word) return;
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = ` ${this.file.name}`;
    button.replaceChildren(word, name);
  }

  show() {
    this.bar.value = this.offset;
    const percent = this.file.size ? Math.floor((100 * this.offset) / this.file.size) : 0;
    this.count.textContent = `${percent}% · ${size(this.offset)} / ${size(this.file.size)}`;
  }

  press() {
    if (this.state === "paused" || this.state === "broken") {
      this.failures = 0;
      this.become("waiting", TEXT.waiting);
      this.page.run();
    } else {
      this.become("paused", TEXT.paused);
      this.interrupt();
    }
  }

  interrupt() {
    this.abort?.abort();
    this.wake?.();
  }

  get isActive() {
    return !["refused", "done", "cancelled"].includes(this.state);
  }

  get isRunning() {
    return ["sending", "finishing"].includes(this.state);
  }

  async send() {
    try {
      this.become("sending", TEXT.reading);
      this.mark ??= await fingerprint(this.file);
      await this.begin();
      await this.pieces();
      if (!this.isRunning) return;
      this.become("finishing", TEXT.finishing);
      await this.finish();
      this.page.memory.drop(this.mark.text);
      this.become("done", "");
      this.page.done(this);
    } catch (error) {
      if (!this.isRunning) return;
      if (error instanceof Refused) this.refuse(error.message);
      else if (error instanceof SessionEnded) this.become("broken", TEXT.session);
      else this.become("broken", TEXT.stopped);
    }
  }

  refuse(sentence) {
    if (this.mark) this.page.memory.drop(this.mark.text);
    this.become("refused", `${TEXT.refused} ${sentence}`);
  }

  // An upload of the very same file goes on where it stopped, after a reload too.
  async begin() {
    const kept = this.address ? this : this.page.memory.all()[this.mark.text];
    if (kept) {
      const answer = await this.ask(kept.address, { method: "HEAD" });
      if (answer.ok) {
        Object.assign(this, { address: kept.address, chunk: kept.chunk });
        this.offset = Number(answer.headers.get("Upload-Offset"));
        this.show();
        if (this.offset) this.become(this.state, TEXT.resumed(size(this.offset)));
        return;
      }
      this.page.memory.drop(this.mark.text);
    }
    const body = new URLSearchParams({
      name: this.file.name,
      size: this.file.size,
      sha256: this.mark.digest,
      purpose: this.purpose,
    });
    const answer = await this.ask(this.page.address, { method: "POST", body });
    if (!answer.ok) throw new Refused(await sentence(answer));
    // The shelf that was drawn before does not count this one yet.
    Object.assign(this, await answer.json(), { offset: 0, shelf: this.page.shelf });
    this.page.memory.keep(this.mark.text, { address: this.address, chunk: this.chunk });
  }

  async pieces() {
    while (this.offset < this.file.size && this.isRunning) {
      const body = this.file.slice(this.offset, this.offset + this.chunk);
      const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": this.offset };
      const answer = await this.ask(this.address, { method: "PATCH", headers, body });
      if (!answer.ok && answer.status !== 409) throw new Refused(await sentence(answer));
      this.offset = Number(answer.headers.get("Upload-Offset"));
      this.show();
      if (this.isRunning) this.become("sending", TEXT.sending);
    }
  }

  async finish() {
    const answer = await this.ask(`${this.address}selesai/`, { method: "POST" });
    if (!answer.ok) throw new Refused(await sentence(answer));
  }

  // Asks until there is an answer; a broken line and a struggling server get some more tries.
  async ask(address, options) {
    for (;;) {
      if (!this.isRunning) throw new LineBroken();
      try {
        const answer = await this.once(address, options);
        this.failures = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof LineBroken) || !this.isRunning) throw error;
        if (this.failures >= WAITS.length) throw error;
        const before = this.state;
        this.become(before, navigator.onLine ? TEXT.broken : TEXT.offline);
        await this.sleep(WAITS[this.failures++] * 1000);
        if (this.isRunning) this.become(before, TEXT.sending);
      }
    }
  }

  async once(address, { method, headers = {}, body }) {
    this.abort = new AbortController();
    const late = setTimeout(() => this.abort.abort(), SLOWEST);
    let answer;
    try {
      answer = await fetch(address, {
        method,
        body,
        headers: { ...headers, "X-CSRFToken": this.page.token, "X-Requested-With": "uploads" },
        credentials: "same-origin",
        redirect: "manual",
        signal: this.abort.signal,
      });
    } catch {
      throw new LineBroken();
    } finally {
      clearTimeout(late);
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new SessionEnded();
    if (answer.status >= 500 || answer.status === 429) throw new LineBroken();
    return answer;
  }

  sleep(time) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // Coming back online needs no waiting.
  online() {
    if (this.isRunning) this.wake?.();
    else if (this.state === "broken") this.press();
  }

  async cancel() {
    const told = this.isActive;
    this.state = "cancelled";
    this.interrupt();
    if (this.mark) this.page.memory.drop(this.mark.text);
    if (told && this.address) await this.once(`${this.address}batal/`, { method: "POST" }).catch(() => {});
    this.page.drop(this, told ? TEXT.cancelled(this.file.name) : "");
  }
}

async function sentence(answer) {
  try {
    return (await answer.json()).message || "";
  } catch {
    return "";
  }
}

// Name, size and content: a file that was changed meanwhile is another one.
async function fingerprint(file) {
  let digest = "";
  if (crypto.subtle) {
    const octets = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    digest = [...new Uint8Array(octets)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
  }
  return { digest, text: `${file.name}:${file.size}:${digest || file.lastModified}` };
}

class Page {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.upload;
    this.input = form.querySelector("input[type=file]");
    this.list = form.querySelector("[data-upload-queue]");
    this.line = form.querySelector("[data-upload-status]");
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.memory = new Memory(`unggah:${form.dataset.user}:${this.address}`);
    this.queue = [];
    this.current = null;
    form.addEventListener("submit", (event) => this.take(event));
    addEventListener("online", () => this.queue.forEach((one) => one.online()));
    addEventListener("beforeunload", (event) => {
      if (this.queue.some((one) => one.isActive)) event.preventDefault();
    });
    document.addEventListener("htmx:afterSwap", () => this.look());
    this.look();
  }

  get shelf() {
    return document.getElementById("rak");
  }

  say(text) {
    this.line.textContent = text;
  }

  take(event) {
    event.preventDefault();
    const files = [...this.input.files];
    this.say(files.length ? "" : TEXT.none);
    if (!files.length) return this.input.focus();
    for (const file of files) this.add(file);
    this.input.value = "";
    this.input.dispatchEvent(new Event("change"));
    this.run();
  }

  add(file) {
    const wrong = this.fault(file);
    const one = new Sending(file, this.form.elements.purpose.value, this);
    this.queue.push(one);
    this.list.append(one.row);
    this.list.hidden = false;
    if (wrong) one.refuse(wrong);
  }

  // The same questions the server asks, before anything is sent.
  fault(file) {
    const kinds = this.input.accept.split(",");
    const limit = Number(this.input.dataset.maxBytes);
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return TEXT.kind;
    if (!file.size) return TEXT.empty;
    if (file.size > limit) return TEXT.large(`${Math.floor(limit / 2 ** 20)} MB`);
    const coming = this.queue.filter((one) => one.isActive && (!one.address || one.shelf === this.shelf));
    const isKnown = Object.keys(this.memory.all()).some((mark) => mark.startsWith(`${file.name}:${file.size}:`));
    if (isKnown) return "";
    if (coming.length >= Number(this.shelf.dataset.filesLeft)) return TEXT.many;
    const left = Number(this.shelf.dataset.octetsLeft) - coming.reduce((sum, one) => sum + one.file.size, 0);
    return file.size > left ? TEXT.full(size(Math.max(0, left))) : "";
  }

  async run() {
    if (this.isRunning) return;
    this.isRunning = true;
    for (let next; (next = this.queue.find((one) => one.state === "waiting")); ) await next.send();
    this.isRunning = false;
  }

  done(one) {
    this.drop(one, TEXT.done(one.file.name));
    // A quick examination is over before the shelf is drawn: it would never have been seen waiting.
    this.waited = true;
    this.refresh();
  }

  drop(one, text) {
    const hadFocus = one.row.contains(document.activeElement);
    this.queue = this.queue.filter((other) => other !== one);
    one.row.remove();
    this.list.hidden = !this.queue.length;
    if (text) this.say(text);
    if (hadFocus) this.input.focus();
    if (one.state === "cancelled") this.refresh();
  }

  refresh() {
    this.shelf?.dispatchEvent(new Event("lampiran"));
  }

  // What is being sent from here needs no second line among the unfinished.
  look() {
    const own = new Set(this.queue.map((one) => one.address));
    const coming = this.shelf?.querySelector("[data-coming]");
    const rows = [...(coming?.querySelectorAll("[data-address]") || [])];
    for (const row of rows) row.hidden = own.has(row.dataset.address);
    if (coming) coming.hidden = rows.every((row) => row.hidden);
    const waits = this.shelf?.hasAttribute("data-waiting");
    const refused = this.shelf?.querySelectorAll("[data-refused]").length;
    if (this.waited && !waits) this.say(refused ? TEXT.rejected(refused) : TEXT.examined);
    this.waited = waits;
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Page(form);
