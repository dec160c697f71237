{% load static %}// Answers a page that is asked for without a line. It keeps that answer alone: nothing that is
// read signed in stays on a shared computer.
const STORE = "luring:{% static 'css/sinovik.css' %}";
const PAGES = ["{{ pages.0 }}", "{{ pages.1 }}"];

async function keep() {
  const asked = PAGES.map((page) => new Request(page, { credentials: "omit", cache: "reload" }));
  await (await caches.open(STORE)).addAll(asked);
  await skipWaiting();
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== STORE) await caches.delete(name);
  await registration.navigationPreload?.enable();
}

async function answer(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    const english = new URL(event.request.url).pathname.startsWith("/en/");
    return (await caches.match(PAGES[english ? 1 : 0])) || Response.error();
  }
}

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") event.respondWith(answer(event));
});
