// Warns five minutes before the session ends. Loaded by app.js when that may be near.
const english = document.documentElement.lang === "en";
const { sessionUrl } = document.body.dataset;
const AHEAD = 300;
const TEXT = english
  ? {
      left: (n) => `Your session ends in ${n} ${n === 1 ? "minute" : "minutes"}. What you have typed is kept.`,
      stay: "Stay signed in",
      ended: "Your session has ended. What you have typed is kept on this device.",
      signIn: "Sign in again",
    }
  : {
      left: (n) => `Sesi Anda berakhir dalam ${n} menit. Yang sudah Anda ketik tersimpan.`,
      stay: "Tetap masuk",
      ended: "Sesi Anda berakhir. Yang sudah Anda ketik tersimpan di perangkat ini.",
      signIn: "Masuk lagi",
    };
let notice = null;

// Seconds left by the server, which other tabs have asked too; null once it has ended.
async function ask(method) {
  const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("data-hx-headers"))["X-CSRFToken"] };
  const answer = await fetch(sessionUrl, { method, headers, redirect: "manual", credentials: "same-origin" });
  return answer.ok ? (await answer.json()).left : null;
}

function show(text, act) {
  if (!notice) {
    notice = document.createElement("div");
    notice.className = "notice notice-warning session-end";
    notice.setAttribute("role", "alert");
    document.body.append(notice);
  }
  const line = document.createElement("p");
  line.textContent = text;
  notice.replaceChildren(line, act);
}

async function stay() {
  const left = await ask("POST");
  if (left === null) return look();
  notice?.remove();
  notice = null;
  return look();
}

async function look() {
  const left = await ask("GET").catch(() => AHEAD);
  if (left === null) {
    const link = document.createElement("a");
    link.href = `${document.getElementById("sinovik").dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = TEXT.signIn;
    return show(TEXT.ended, link);
  }
  if (left > AHEAD) {
    notice?.remove();
    notice = null;
  } else {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button";
    button.textContent = TEXT.stay;
    button.addEventListener("click", stay);
    const hadFocus = notice?.contains(document.activeElement);
    show(TEXT.left(Math.max(1, Math.ceil(left / 60))), button);
    if (hadFocus) button.focus();
  }
  setTimeout(look, left > AHEAD ? (left - AHEAD) * 1000 : Math.min(60, left + 1) * 1000);
}

look();
