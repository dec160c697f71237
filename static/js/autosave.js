// Saves a form while it is being filled. The save button works without this module.
//
// <form data-autosave-url="…" data-version="7" data-user="42"> sends PUT {field: value} with
// If-Match: "7" and learns the next version from ETag. What can't be sent waits in localStorage.
const english = document.documentElement.lang === "en";
const DAYS = 14;
const TEXT = english
  ? {
      saving: "Saving…",
      saved: (time) => `Saved at ${time}`,
      waiting: "Not sent yet. The draft is safe on this device and will be sent when you are online.",
      conflict: "There is a newer version on another device. Reload to see it.",
      session: "Your session has ended. The draft is safe on this device; sign in again in another tab.",
      refused: "Not saved yet. Choose the save button to see why.",
      found: "This device holds answers that were never sent.",
      use: "Use them",
      drop: "Delete them",
    }
  : {
      saving: "Menyimpan…",
      saved: (time) => `Tersimpan pukul ${time}`,
      waiting: "Belum terkirim. Draf aman di perangkat ini dan akan dikirim saat daring.",
      conflict: "Ada versi lebih baru di perangkat lain. Muat ulang untuk melihatnya.",
      session: "Sesi Anda berakhir. Draf aman di perangkat ini; masuk lagi di jendela lain.",
      refused: "Belum tersimpan. Pilih tombol simpan untuk melihat sebabnya.",
      found: "Di perangkat ini ada isian yang belum terkirim.",
      use: "Pakai isian itu",
      drop: "Hapus",
    };

function clock() {
  const now = new Date();
  return `${String(now.getHours()).padStart(2, "0")}${english ? ":" : "."}${String(now.getMinutes()).padStart(2, "0")}`;
}

// Storage may be full or closed to us: saving over the network goes on without it.
const storage = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing to drop.
    }
  },
};

function forgetOld() {
  const oldest = Date.now() - DAYS * 86400000;
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("draf:") && !(storage.read(key)?.at > oldest)) storage.drop(key);
    }
  } catch {
    // Closed storage holds nothing old.
  }
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosaveUrl;
    this.version = form.dataset.version;
    this.key = `draf:${form.dataset.user}:${this.url}`;
    this.line = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    this.sent = this.values();
    this.timer = 0;
    this.running = null;
    this.isStopped = false;
    this.isLeaving = false;
    this.offerDraft();
    this.listen();
  }

  listen() {
    const later = (wait) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), wait);
    };
    this.form.addEventListener("input", () => later(1500));
    this.form.addEventListener("change", () => later(300));
    this.form.addEventListener("focusout", () => later(300));
    this.form.addEventListener("submit", () => {
      this.isLeaving = true;
      clearTimeout(this.timer);
    });
    addEventListener("pageshow", () => (this.isLeaving = false));
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.keep());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.hasUnsent()) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.follow(event));
  }

  // Links of the page wait for the last words to be sent.
  async follow(event) {
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || link.target || link.origin !== location.origin || link.hash) return;
    if (event.defaultPrevented || !this.hasUnsent()) return;
    event.preventDefault();
    await this.flush();
    if (this.hasUnsent()) this.keep();
    this.isLeaving = true;
    location.assign(link.href);
  }

  controls() {
    return [...this.form.elements].filter(
      (item) =>
        item.name &&
        item.name !== "csrfmiddlewaretoken" &&
        item.name !== "version" &&
        !item.disabled &&
        !["submit", "button", "file", "reset", "password"].includes(item.type) &&
        item.type !== "fieldset" &&
        !item.closest("[data-autosave='off']"),
    );
  }

  values() {
    const found = {};
    for (const item of this.controls()) {
      const group = this.form.querySelectorAll(`[name="${CSS.escape(item.name)}"]`);
      if (item.type === "radio") {
        if (item.checked || !(item.name in found)) found[item.name] = item.checked ? item.value : "";
      } else if (item.type === "checkbox" && group.length > 1) {
        found[item.name] = found[item.name] || [];
        if (item.checked) found[item.name].push(item.value);
      } else if (item.type === "checkbox") {
        found[item.name] = item.checked ? item.value : "";
      } else if (item.type === "select-multiple") {
        found[item.name] = [...item.selectedOptions].map((option) => option.value);
      } else {
        found[item.name] = item.value;
      }
    }
    return found;
  }

  changed() {
    const now = this.values();
    const names = Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(this.sent[name]));
    return Object.fromEntries(names.map((name) => [name, now[name]]));
  }

  hasUnsent() {
    return Object.keys(this.changed()).length > 0;
  }

  say(text) {
    if (this.line && this.line.textContent !== text) this.line.textContent = text;
  }

  keep() {
    const fields = this.changed();
    if (!Object.keys(fields).length) return;
    if (storage.write(this.key, { version: this.version, fields, at: Date.now() })) this.say(TEXT.waiting);
  }

  // One request at a time; what was typed meanwhile follows.
  async flush() {
    clearTimeout(this.timer);
    if (this.running) {
      await this.running;
      if (!this.hasUnsent()) return;
    }
    if (this.isStopped || this.isLeaving || !this.hasUnsent()) return;
    this.running = this.send(this.changed());
    await this.running;
    this.running = null;
  }

  async send(fields) {
    const slow = setTimeout(() => this.say(TEXT.saving), 800);
    try {
      const answer = await fetch(this.url, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          "If-Match": `"${this.version}"`,
          "X-CSRFToken": this.form.elements.csrfmiddlewaretoken?.value || "",
        },
        body: JSON.stringify(fields),
        credentials: "same-origin",
        redirect: "manual",
        keepalive: JSON.stringify(fields).length < 60000,
      });
      this.hear(answer, fields);
    } catch {
      this.keep();
    } finally {
      clearTimeout(slow);
    }
  }

  hear(answer, fields) {
    if (answer.ok) {
      this.version = (answer.headers.get("ETag") || "").replace(/^W\/|"/g, "") || this.version;
      this.form.dataset.version = this.version;
      if (this.form.elements.version) this.form.elements.version.value = this.version;
      Object.assign(this.sent, fields);
      storage.drop(this.key);
      this.say(TEXT.saved(clock()));
      this.form.dispatchEvent(new CustomEvent("autosave:saved", { detail: fields }));
    } else if (answer.status === 409 || answer.status === 412) {
      this.keep();
      this.isStopped = true;
      this.say(TEXT.conflict);
    } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      this.keep();
      this.say(TEXT.session);
    } else if (answer.status >= 500) {
      this.keep();
      this.timer = setTimeout(() => this.flush(), 30000);
    } else {
      this.say(TEXT.refused);
    }
  }

  offerDraft() {
    const draft = storage.read(this.key);
    if (!draft) return;
    const differs = Object.keys(draft.fields).some(
      (name) => name in this.sent && JSON.stringify(draft.fields[name]) !== JSON.stringify(this.sent[name]),
    );
    if (!differs) {
      storage.drop(this.key);
    } else if (draft.version === this.version) {
      this.fill(draft.fields);
      this.flush();
    } else {
      this.ask(draft);
    }
  }

  // Somebody saved meanwhile: the person decides, not the program.
  ask(draft) {
    if (!this.line) return;
    const choices = document.createElement("span");
    choices.className = "row";
    for (const [text, act] of [
      [TEXT.use, () => this.fill(draft.fields)],
      [TEXT.drop, () => storage.drop(this.key)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-link";
      button.textContent = text;
      button.addEventListener("click", () => {
        choices.remove();
        this.say("");
        act();
        this.flush();
      });
      choices.append(button);
    }
    this.say(TEXT.found);
    this.line.after(choices);
  }

  fill(fields) {
    for (const item of this.controls()) {
      if (!(item.name in fields)) continue;
      const value = fields[item.name];
      if (item.type === "radio" || item.type === "checkbox") {
        item.checked = Array.isArray(value) ? value.includes(item.value) : value === item.value;
      } else if (item.type === "select-multiple") {
        for (const option of item.options) option.selected = value.includes(option.value);
      } else {
        item.value = value;
      }
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

forgetOld();
for (const form of document.querySelectorAll("form[data-autosave-url]")) new Autosave(form);
