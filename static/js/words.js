// Counts words as the server does: runs of non-space characters. Never blocks typing.
const english = document.documentElement.lang === "en";

function count(text) {
  return (text.match(/\S+/g) || []).length;
}

function sentence(used, limit) {
  const over = used - limit;
  if (over > 0) {
    return english ? `${used} of ${limit} words: remove ${over}` : `${used} dari ${limit} kata. Kurangi ${over} kata.`;
  }
  return english ? `${used} of ${limit} words, ${-over} left` : `${used} dari ${limit} kata, sisa ${-over}`;
}

for (const area of document.querySelectorAll("[data-max-words]")) {
  const line = document.getElementById(`${area.id}-count`);
  if (!line) continue;
  const limit = Number(area.dataset.maxWords);
  let timer = 0;
  const show = () => {
    const used = count(area.value);
    line.textContent = sentence(used, limit);
    line.classList.toggle("is-over", used > limit);
  };
  const described = area.getAttribute("aria-describedby");
  area.setAttribute("aria-describedby", described ? `${described} ${line.id}` : line.id);
  show();
  line.setAttribute("aria-live", "polite");
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 300);
  });
}

for (const area of document.querySelectorAll("textarea[data-autogrow]")) {
  const grow = () => {
    area.rows = Math.max(Number(area.dataset.autogrow) || 4, area.value.split("\n").length);
    while (area.scrollHeight > area.clientHeight + 2 && area.rows < 40) area.rows += 1;
  };
  grow();
  area.addEventListener("input", grow);
}
