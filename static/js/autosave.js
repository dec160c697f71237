// Saves a form while it is being filled. The save button works without this module.
//
// <form data-autosave-url="…" data-version="7" data-user="42"> sends PUT {field: value} with
// If-Match: "7"; sinovik/web/autosave.py tells what it hears. Each key stroke is copied into
// localStorage at once, so that nothing typed depends on the line, the server or the tab.
const english = document.documentElement.lang === "en";
const sources = document.getElementById("sinovik").dataset;
const DAYS = 14;
const PAUSE = 1500;
const RETRY = [3000, 10000, 30000];
const RENEW = 30000;
const LONGEST_REST = 120; // seconds
const TEXT = english
  ? {
      typing: "Not saved yet…",
      saving: "Saving…",
      saved: (time) => `Saved at ${time}`,
      waiting: "Not sent yet. The draft is safe on this device and will be sent when you are online.",
      unsafe: "Not sent yet, and this browser keeps no copy. Leave this page open.",
      conflict: "There is a newer version. Compare the two below your answer.",
      session: "Your session has ended. The draft is safe on this device.",
      signIn: "Sign in again",
      other: "Somebody else is signed in here now. Your draft stays on this device until you are back.",
      refused: "Not saved yet. Choose the save button to see why.",
      restored: "Your unsent answers on this device are back.",
      error: "Error:",
    }
  : {
      typing: "Belum tersimpan…",
      saving: "Menyimpan…",
      saved: (time) => `Tersimpan pukul ${time}`,
      waiting: "Belum terkirim. Draf aman di perangkat ini dan akan dikirim saat daring.",
      unsafe: "Belum terkirim, dan peramban ini tidak menyimpan salinan. Biarkan halaman ini terbuka.",
      conflict: "Ada versi lebih baru. Bandingkan kedua versi di bawah isian Anda.",
      session: "Sesi Anda berakhir. Draf aman di perangkat ini.",
      signIn: "Masuk lagi",
      other: "Orang lain sedang masuk di sini. Draf Anda tetap di perangkat ini sampai Anda kembali.",
      refused: "Belum tersimpan. Pilih tombol simpan untuk melihat sebabnya.",
      restored: "Isian Anda yang belum terkirim dari perangkat ini dipakai lagi.",
      error: "Kesalahan:",
    };
const UNSENT_NAMES = ["csrfmiddlewaretoken", "version", "edit_number", "writer"];
const UNSENT_TYPES = ["submit", "button", "file", "reset", "password", "fieldset"];

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
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// This page as the server draws it now; null where it asks for a sign-in instead.
export async function page() {
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").body : null;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosaveUrl;
    this.version = form.dataset.version;
    // A key of this page alone: two tabs don't overwrite each other's copy.
    this.prefix = `draf:${form.dataset.user}:${this.url}:`;
    this.key = this.prefix + Date.now().toString(36) + Math.random().toString(36).slice(2);
    this.line = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    this.saved = "unsent" in form.dataset ? {} : this.values(this.drawn());
    this.held = {};
    this.failures = 0;
    this.restsUntil = 0;
    this.running = null;
    this.isStopped = this.isLeaving = this.isSignedOut = false;
    this.tell(null);
    this.listen();
    this.adopt();
    this.keep();
    if (this.hasUnsent()) this.later(300);
  }

  listen() {
    this.form.addEventListener("input", () => {
      this.isTyped = true;
      this.keep();
      if (this.hasUnsent() && !this.isStopped && !this.isSignedOut) this.say(TEXT.typing, false);
      this.later(PAUSE);
    });
    for (const name of ["change", "focusout"]) this.form.addEventListener(name, () => this.later(300));
    this.form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("pageshow", () => (this.isLeaving = false));
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.wait());
    addEventListener("focus", () => this.isSignedOut && this.flush());
    document.addEventListener("visibilitychange", () => this.flush());
    addEventListener("pagehide", () => this.flush());
    addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.hasUnsent()) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.follow(event));
  }

  // The button sends what is left the same way, so that no copy stays behind; where that fails
  // for good the form goes as it would without this module. Two versions are settled first.
  async submit(event) {
    if (this.isLeaving) return;
    const panel = this.form.querySelector(".conflict");
    const isSent = !this.running && !this.hasUnsent();
    const isPlain = this.isSignedOut || isSent || (this.isStopped && !panel);
    if (!isPlain) {
      event.preventDefault();
      await this.flush();
      if (panel || this.form.querySelector(".conflict")) return (panel || this.form.querySelector(".conflict")).focus();
      if (this.hasUnsent() && !navigator.onLine) return;
    }
    this.isLeaving = true;
    clearTimeout(this.timer);
    if (!isPlain) this.form.requestSubmit(event.submitter);
  }

  // Told to stand back it does, however much is typed meanwhile; leaving and buttons don't wait.
  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(wait, this.restsUntil - Date.now()));
  }

  // Links of the page wait for the last words to be sent.
  async follow(event) {
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || link.target || link.origin !== location.origin || link.hash) return;
    if (event.defaultPrevented || !this.hasUnsent()) return;
    event.preventDefault();
    await this.flush();
    this.isLeaving = true;
    location.assign(link.href);
  }

  // The form as the server drew it: what was typed before this module arrived is not saved yet.
  // What a browser put back by itself after "back" may be older than the server's: it is no typing.
  drawn() {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return this.form;
    const form = this.form.cloneNode(true);
    form.reset();
    return form;
  }

  controls(form = this.form) {
    return [...form.elements].filter(
      (item) =>
        item.name &&
        !UNSENT_NAMES.includes(item.name) &&
        !UNSENT_TYPES.includes(item.type) &&
        !item.disabled &&
        !item.closest("[data-autosave='off']"),
    );
  }

  values(form = this.form) {
    const found = {};
    const items = this.controls(form);
    for (const item of items) {
      const isGroup = items.filter((other) => other.name === item.name).length > 1;
      if (item.type === "radio") {
        if (item.checked || !(item.name in found)) found[item.name] = item.checked ? item.value : "";
      } else if (item.type === "checkbox" && (isGroup || "many" in item.dataset)) {
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

  // Rows of a list and boxes of a date make sense together only.
  together(names) {
    const found = new Set(names);
    for (const group of this.form.querySelectorAll("[data-autosave-together]")) {
      const inside = this.controls().filter((item) => group.contains(item));
      if (inside.some((item) => found.has(item.name))) inside.forEach((item) => found.add(item.name));
    }
    return found;
  }

  // What is on the screen and not on the server; `all` with what the server can't take yet.
  changed(all) {
    const now = this.values();
    const names = Object.keys(now).filter(
      (name) => !same(now[name], this.saved[name]) && (all || !same(now[name], this.held[name])),
    );
    return Object.fromEntries([...this.together(names)].map((name) => [name, now[name]]));
  }

  hasUnsent() {
    return Object.keys(this.changed()).length > 0;
  }

  say(text, isNews = true, link = null) {
    if (!this.line || (this.line.textContent === text && !link)) return;
    this.line.setAttribute("aria-live", isNews ? "polite" : "off");
    this.line.textContent = text;
    if (link) this.line.append(" ", link);
  }

  keep() {
    const fields = this.changed(true);
    const isSent = !Object.keys(fields).length;
    if (isSent) storage.drop(this.key);
    const isKept = isSent || storage.write(this.key, { version: this.version, fields, at: Date.now() });
    if (this.isTyped) this.tell(isSent ? "server" : isKept && "device");
    return isKept;
  }

  // Where the words typed on this page are, for the sign-in page if the session ends (typed.js).
  tell(where) {
    try {
      if (where) sessionStorage.setItem("sinovik:typed", JSON.stringify({ page: location.pathname, where }));
      else sessionStorage.removeItem("sinovik:typed");
    } catch {
      // Then it says nothing.
    }
  }

  wait() {
    if (this.hasUnsent()) this.say(this.keep() ? TEXT.waiting : TEXT.unsafe);
  }

  // One request at a time; what was typed meanwhile follows.
  async flush() {
    clearTimeout(this.timer);
    // Several may have waited for the same request: the first of them sends.
    while (this.running) await this.running;
    if (this.isStopped || this.isLeaving || !this.hasUnsent()) return;
    this.running = this.send(this.changed());
    await this.running;
    this.running = null;
  }

  async send(fields) {
    const slow = setTimeout(() => this.say(TEXT.saving, false), 800);
    try {
      if (this.isSignedOut && !(await this.renew())) return;
      const body = JSON.stringify(fields);
      const answer = await fetch(this.url, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          "If-Match": `"${this.version}"`,
          "X-CSRFToken": this.form.elements.csrfmiddlewaretoken?.value || "",
        },
        body,
        credentials: "same-origin",
        redirect: "manual",
        keepalive: body.length < 60000,
      });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      return await this.hear(answer, fields, isJson ? await answer.json() : {});
    } catch {
      this.fail();
    } finally {
      clearTimeout(slow);
    }
  }

  fail(seconds = 0) {
    this.restsUntil = Date.now() + 1000 * Math.min(seconds, LONGEST_REST);
    this.wait();
    this.later(RETRY[Math.min(this.failures++, RETRY.length - 1)]);
  }

  async hear(answer, fields, told) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return this.signedOut();
    if (answer.status >= 500 || answer.status === 429) return this.fail(Number(answer.headers.get("Retry-After")) || 0);
    this.failures = 0;
    if (answer.ok) {
      await this.accept(answer, fields, told);
    } else if (answer.status === 409 || answer.status === 412) {
      await this.conflict(told);
    } else {
      for (const name of Object.keys(fields)) if (!told.errors || name in told.errors) this.held[name] = fields[name];
      this.showErrors(fields, told.errors || {});
      this.say(told.message || TEXT.refused);
    }
    this.keep();
  }

  accept(answer, fields, told) {
    this.version = (answer.headers.get("ETag") || "").replace(/^W\/|"/g, "") || this.version;
    this.showVersion();
    const open = { ...told.held, ...told.errors };
    for (const [name, value] of Object.entries(fields)) {
      if (name in open) this.held[name] = value;
      else this.saved[name] = value;
    }
    this.showErrors(fields, told.errors || {});
    for (const [name, html] of Object.entries(told.parts || {})) {
      for (const part of document.querySelectorAll(`[data-part="${name}"]`)) part.outerHTML = html.trim();
    }
    if (!this.refresh(told.fresh || {})) return this.conflict({ version: this.version, fields: told.fresh });
    if (this.hasUnsent()) {
      // Typed on while this was under way: "saved" would not be true of the screen.
      this.say(TEXT.typing, false);
      this.later(PAUSE);
    } else {
      this.say(told.message || TEXT.saved(answer.headers.get("Saved-At") || ""));
    }
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { detail: fields }));
  }

  showVersion() {
    this.form.dataset.version = this.version;
    for (const name of ["version", "edit_number"]) {
      if (this.form.elements[name]) this.form.elements[name].value = this.version;
    }
  }

  async conflict(told) {
    this.isStopped = true;
    this.say(TEXT.conflict);
    const { compare } = await import(sources.conflict);
    compare(this, told);
  }

  // Others' answers to questions that were left alone here; false where one was not, or where
  // this page has no box for it.
  refresh(fresh) {
    const now = this.values();
    const names = Object.keys(fresh);
    if (!names.every((name) => name in now && same(now[name], this.saved[name]))) return false;
    Object.assign(this.saved, fresh);
    this.fill(fresh);
    return true;
  }

  // After a conflict: over `version`, which holds `latest`, the chosen fields are written.
  resume(version, latest, chosen) {
    this.version = version;
    this.showVersion();
    Object.assign(this.saved, latest);
    this.fill(chosen);
    this.isStopped = false;
    if (this.hasUnsent()) return this.flush();
    return this.say("");
  }

  // What is stored is taken instead of what is on the screen.
  reload() {
    storage.drop(this.key);
    this.isLeaving = true;
    location.reload();
  }

  signedOut() {
    this.isSignedOut = true;
    const link = document.createElement("a");
    link.href = `${sources.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = TEXT.signIn;
    this.say(this.keep() ? TEXT.session : TEXT.unsafe, true, link);
    this.later(RENEW);
  }

  // Signed in again in another tab: the same person gets the new token and goes on.
  async renew() {
    const body = await page();
    if (!body) return this.signedOut();
    if (body.dataset.user !== this.form.dataset.user) {
      this.keep();
      this.say(TEXT.other);
      return this.later(RENEW);
    }
    this.form.elements.csrfmiddlewaretoken.value = JSON.parse(body.getAttribute("data-hx-headers"))["X-CSRFToken"];
    this.isSignedOut = false;
    return true;
  }

  // The sentence beside the field, as the server would draw it.
  showErrors(fields, errors) {
    for (const item of this.controls()) {
      const id = `${item.name}-unstorable`;
      if (!(item.name in fields)) continue;
      const shown = document.getElementById(id);
      if (shown?.textContent === `${TEXT.error} ${errors[item.name]}`) continue;
      shown?.remove();
      item.removeAttribute("aria-invalid");
      if (!errors[item.name] || item.type === "radio" || item.type === "checkbox") continue;
      const line = document.createElement("p");
      line.className = "govuk-error-message";
      line.id = id;
      line.textContent = `${TEXT.error} ${errors[item.name]}`;
      item.setAttribute("aria-invalid", "true");
      item.setAttribute("aria-describedby", `${item.getAttribute("aria-describedby") || ""} ${id}`.trim());
      item.before(line);
    }
  }

  // Copies that were never acknowledged, the newest: sent again over the version they were typed
  // on, so that the server finds out whether somebody wrote meanwhile.
  adopt() {
    const drafts = storage
      .keys(this.prefix)
      .map((key) => ({ key, ...storage.read(key) }))
      .sort((one, other) => other.at - one.at);
    const now = this.values();
    for (const draft of drafts) {
      const fields = Object.fromEntries(
        Object.entries(draft.fields || {}).filter(([name, value]) => name in now && !same(value, now[name])),
      );
      if (!Object.keys(fields).length) {
        storage.drop(draft.key);
        continue;
      }
      this.version = draft.version;
      this.fill(fields);
      if (this.keep()) storage.drop(draft.key);
      this.say(TEXT.restored);
      this.flush();
      return;
    }
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
      item.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

// Says every half minute that somebody writes here, and shows who else does. Looking at the page
// is not writing: it begins with the first field that is entered.
function announce(form) {
  const place = document.querySelector("[data-presence]");
  const tell = (more) =>
    fetch(form.dataset.presenceUrl, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: new URLSearchParams({ place: form.dataset.place, ...more }),
      redirect: "manual",
      keepalive: true,
    });
  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await tell({});
      if (!answer.ok || !place) return;
      const { others } = await answer.json();
      if (others.length) place.querySelector("[data-presence-text]").textContent = others.join(" ");
      place.hidden = !others.length;
    } catch {
      // Nobody knows for a while; the next save still compares.
    }
  };
  const begin = () => {
    renew();
    setInterval(renew, 30000);
    document.addEventListener("visibilitychange", renew);
    addEventListener("pagehide", () => tell({ leaving: 1 }).catch(() => {}));
  };
  form.addEventListener("focusin", begin, { once: true });
}

// Loaded before it is needed: a paste can't wait. Who was faster than this module stands in a field.
let paste = null;
const near = async (field) => {
  if (!paste && field?.matches("textarea")) paste = await import(sources.paste).catch(() => null);
};
addEventListener("focusin", (event) => near(event.target));
near(document.activeElement);
addEventListener("paste", (event) => paste?.take(event));

for (const key of storage.keys("draf:")) {
  if (!(storage.read(key)?.at > Date.now() - DAYS * 86400000)) storage.drop(key);
}
for (const form of document.querySelectorAll("form[data-autosave-url]")) new Autosave(form);
for (const form of document.querySelectorAll("form[data-presence-url]")) announce(form);
