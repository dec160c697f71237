// Runs before the first paint. The theme chosen earlier, without a flash of the other one:
try {
  const chosen = localStorage.getItem("sinovik:theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be closed to us; the system's theme holds.
}

// On phones the filters above the results close while the page is still read: later, all would jump.
new MutationObserver((changes, watch) => {
  const sheet = document.querySelector("details.facets-sheet");
  if (sheet) sheet.open = matchMedia("(min-width: 48em)").matches;
  if (sheet || document.readyState !== "loading") watch.disconnect();
}).observe(document.documentElement, { childList: true, subtree: true });
