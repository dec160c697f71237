// Titles under the search box while somebody types: a combobox with a list, chosen by hand.
const WAIT = 200;
const SHORTEST = 3;

for (const input of document.querySelectorAll("input[data-titles]")) attach(input);

function attach(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}_titles`;
  list.className = "titles";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.titlesLabel);
  list.hidden = true;
  input.closest(".search").append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
  let timer = 0;
  let asking = null;
  let active = -1;

  const close = () => {
    list.hidden = true;
    mark(-1);
    input.setAttribute("aria-expanded", "false");
  };
  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", index === place));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  };
  const show = (titles) => {
    list.replaceChildren(
      ...titles.map(({ judul, alamat }, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}_${index}`;
        option.setAttribute("role", "option");
        option.lang = "id";
        option.dataset.href = alamat;
        option.textContent = judul;
        return option;
      }),
    );
    mark(-1);
    list.hidden = !titles.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const text = input.value.trim();
    asking?.abort();
    if (text.length < SHORTEST) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.titles}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).judul);
    } catch {
      // Typed on, or offline: the form itself still works.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Enter" && count && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.href);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(((active + 1 + step + count + 1) % (count + 1)) - 1);
    }
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
    close();
  });
  // Before the box loses the focus, and with it the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && event.button === 0) location.assign(option.dataset.href);
  });
  // Somebody may have typed while this file was on its way.
  if (input.value !== input.defaultValue) input.dispatchEvent(new Event("input"));
}
