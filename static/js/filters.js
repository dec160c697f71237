// Filter forms apply themselves; without this module the button does it.
for (const form of document.querySelectorAll("form[data-filters]")) {
  let timer = 0;
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=checkbox], input[type=radio], select")) return;
    // On phones the sheet stays open until "Terapkan": nobody wants a jump after each tick.
    if (form.querySelector("details.facets-sheet") && !matchMedia("(min-width: 48em)").matches) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), 250);
  });
}
