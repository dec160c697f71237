// Says on the sign-in page where the words are that were typed on the page one goes back to:
// autosave.js noted it in this tab. Without a note nothing is said.
const plain = (address) => new URL(address, location.origin).pathname.replace(/^\/en(?=\/)/, "");
const back = document.querySelector("input[name=next]")?.value;
try {
  const { page, where } = JSON.parse(sessionStorage.getItem("sinovik:typed"));
  if (back && plain(page) === plain(back)) document.querySelector(`[data-typed="${where}"]`).hidden = false;
} catch {
  // Nothing was typed, or the browser keeps nothing.
}
