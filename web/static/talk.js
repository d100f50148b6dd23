// The transcript: citations open beside it, examples ask themselves, a new turn comes into view.
element.addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]");
  const copy = event.target.closest(".wb-copy");
  const word = event.target.closest(".wb-word");
  if (example) trigger("select", { example: example.dataset.example });
  else if (copy) window.wenbao.copy(copy);
  else if (word) window.wenbao.word(word);
  else window.wenbao?.open(event, trigger);
});
element.addEventListener("change", (event) => {
  if (event.target.matches(".wb-style")) window.wenbao.style(event.target.value);
});
document.documentElement.dataset.ready = ""; // from here on the page listens
if (new URLSearchParams(location.search).get("q")) trigger("select", { address: location.search.slice(1) });
let shown = 0;
watch("value", () => {
  const turns = element.querySelectorAll(".wb-turn");
  const last = turns[turns.length - 1];
  if (last && shown) last.scrollIntoView({ block: "start", behavior: "smooth" });
  shown = turns.length;
  window.wenbao?.style();
});
