// Behaviour of every page. Each part looks for its data attribute and does nothing without it.
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const english = root.lang === "en";

// Parts that few pages need arrive only there.
const sources = document.getElementById("sinovik").dataset;
const parts = {
  govuk: "[data-module^='govuk-']",
  words: "[data-max-words],[data-autogrow]",
  autosave: "form[data-autosave-url]",
  files: "input[type=file]",
  uploads: "form[data-upload]",
};
for (const [name, selector] of Object.entries(parts)) {
  if (document.querySelector(selector)) import(sources[name]);
}
// Needed once somebody writes, not for looking.
addEventListener("focusin", (event) => event.target.dataset.titles === undefined || import(sources.titles));
if (document.querySelector("[data-findings-url]")) {
  // Without a line the next focus asks again.
  addEventListener("focusin", (event) => event.target.form && import(sources.findings).catch(() => null));
}

// The end of the session is looked at when it may be near; a sleeping computer stops timers.
const left = Number(document.body.dataset.sessionLeft);
if (left) {
  const near = Date.now() + (left - 300) * 1000;
  const look = () => Date.now() >= near && import(sources.session);
  setInterval(look, 20000);
  look();
}

// Who works here without a line sees our page that says so, not the browser's.
if (document.body.dataset.user) navigator.serviceWorker?.register("/luring.js").catch(() => null);

// Theme
const dark = matchMedia("(prefers-color-scheme: dark)");
const toggle = document.querySelector("[data-theme-toggle]");
const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
function showTheme() {
  const now = current();
  toggle.querySelector("[data-theme-label]").textContent = now === "dark" ? toggle.dataset.light : toggle.dataset.dark;
  for (const part of all("[data-when]", toggle)) part.hidden = part.dataset.when !== now;
}
if (toggle) {
  toggle.hidden = false;
  showTheme();
  dark.addEventListener("change", showTheme);
  toggle.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("sinovik:theme", root.dataset.theme);
    } catch {
      // Not remembered, still shown.
    }
    showTheme();
  });
}

const menus = all("details.menu, details.account");
addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((item) => item.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Countdown: the server's clock, moved on by the time since the page arrived.
const arrived = performance.now();
const unit = (n, id, en) => `${n} ${english ? en + (n === 1 ? "" : "s") : id}`;
function remaining(element) {
  const now = Date.parse(element.dataset.now) + performance.now() - arrived;
  const seconds = Math.ceil((Date.parse(element.dataset.deadline) - now) / 1000);
  if (seconds <= 0) return english ? "has passed" : "sudah lewat";
  const minutes = Math.floor(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const said = [];
  if (days) said.push(unit(days, "hari", "day"));
  if (hours) said.push(unit(hours, "jam", "hour"));
  if (!minutes) said.push(unit(seconds, "detik", "second"));
  else if (!days) said.push(unit(minutes % 60, "menit", "minute"));
  return english ? `${said.join(" ")} left` : `${said.join(" ")} lagi`;
}
function tick() {
  for (const element of all("[data-deadline]")) {
    const text = remaining(element);
    if (element.textContent !== text) element.textContent = text;
  }
}
if (document.querySelector("[data-deadline]")) setInterval(tick, 1000);

// A form is sent once.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("data-hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("span") || button;
  const before = label.textContent;
  label.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 3000);
  });
}
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Filters: open on wide screens, closed on phones; theme.js begins.
const wide = matchMedia("(min-width: 48em)");
for (const sheet of all("details.facets-sheet")) {
  wide.addEventListener("change", () => (sheet.open = wide.matches));
  sheet.closest("form")?.addEventListener("submit", () => {
    if (wide.matches || !sheet.open) return;
    sheet.open = false;
    sheet.scrollIntoView();
  });
}

for (const form of all("form[data-filters]")) {
  let timer = 0;
  form.addEventListener("change", ({ target }) => {
    if (!target.matches("[type=checkbox], [type=radio], select")) return;
    // On phones ticks wait for "Terapkan".
    if (!wide.matches && target.closest("form .facets-sheet")) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), 250);
  });
}
