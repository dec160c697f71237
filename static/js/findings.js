// Shows what the edition's rules find while somebody types. The same rules speak again, with or
// without this module, on the task list and on the check page.
//
// <div data-findings-url="…"> inside a form: the form's fields are sent, a list comes back.
const WAIT = 900;

for (const place of document.querySelectorAll("[data-findings-url]")) {
  const form = place.closest("form");
  if (!form) continue;
  let timer = 0;
  let running = null;
  let shown = place.innerHTML.trim();

  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const fields = new FormData(form);
    // A question is no form that is kept for who signs in again (sinovik/web/kept.py).
    fields.delete("writer");
    try {
      const answer = await fetch(place.dataset.findingsUrl, {
        method: "POST",
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value || "" },
        body: new URLSearchParams([...fields].filter(([, value]) => typeof value === "string")),
        credentials: "same-origin",
        redirect: "error",
        signal: running.signal,
      });
      if (!answer.ok) return;
      const html = (await answer.text()).trim();
      // Announced again only when it says something else.
      if (html === shown) return;
      shown = html;
      place.innerHTML = html;
    } catch {
      // Offline or overtaken: the findings come with the next words, or on the check page.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-replicates]");
    const box = button && form.querySelector("[name$='replicates']");
    if (!box) return;
    box.value = button.dataset.replicates;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
}
