// Runs before the first paint: the theme chosen earlier, without a flash of the other one.
try {
  const chosen = localStorage.getItem("sinovik:theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be closed to us; the system's theme holds.
}
