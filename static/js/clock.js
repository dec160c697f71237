// The clock of a room counts down between two looks at the server, by the server's time.
const offsets = new WeakMap();

function show() {
  const face = document.querySelector("[data-clock][data-ends]");
  if (!face) return;
  if (!offsets.has(face)) offsets.set(face, Date.parse(face.dataset.now) - Date.now());
  const left = Math.ceil((Date.parse(face.dataset.ends) - Date.now() - offsets.get(face)) / 1000);
  const seconds = Math.abs(left);
  const two = (number) => String(number).padStart(2, "0");
  face.textContent = `${left < 0 ? "−" : ""}${two(Math.floor(seconds / 60))}.${two(seconds % 60)}`;
  const over = left < 0;
  face.parentElement.classList.toggle("wall-over", over);
  document.querySelector("[data-clock-over]").hidden = !over;
}

show();
setInterval(show, 250);
