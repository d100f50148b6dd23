// What the whole chat page needs: reveal a quote, open an article, copy, pick a day.
(() => {
  const narrow = matchMedia("(max-width: 900px)");
  const wenbao = { clicked: false };

  // Bring the quote the reader asked for into view: inside the panel, or on a phone on the page itself.
  wenbao.reveal = () => {
    const panel = document.querySelector("#wb-panel");
    if (!panel) return;
    const here = panel.querySelector(".wb-here");
    if (narrow.matches) {
      if (wenbao.clicked) (here ?? panel).scrollIntoView({ block: here ? "center" : "start" });
    } else {
      const top = here
        ? here.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop
        : 0;
      panel.scrollTop = here ? Math.max(0, top - panel.clientHeight / 3) : 0;
    }
    wenbao.clicked = false;
  };

  // A link with data-open opens beside the chat; with a modifier key it stays an ordinary link.
  wenbao.open = (event, trigger) => {
    const link = event.target.closest("[data-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    wenbao.clicked = true;
    if (document.querySelector("#wb-panel [data-at]")?.dataset.at === link.dataset.open) wenbao.reveal();
    else trigger("click", { open: link.dataset.open });
  };

  const chosen = (button) => button.parentElement.querySelector(".wb-style").selectedOptions[0];
  const tell = (button, said) => {
    const label = (button.dataset.label ??= button.textContent);
    button.textContent = said;
    setTimeout(() => (button.textContent = label), 1500);
  };

  // The style a reader chose last goes for every answer, now and at the next visit.
  wenbao.style = (name) => {
    try {
      if (name) localStorage.setItem("wb-style", name);
      else name = localStorage.getItem("wb-style");
    } catch {
      // where the browser keeps nothing, the choice holds for its answer alone
    }
    for (const select of document.querySelectorAll(".wb-style")) {
      if ([...select.options].some((option) => option.value === name)) select.value = name;
    }
  };

  // The same question is asked again, and its answer comes back as a Word file.
  wenbao.word = async (button) => {
    button.disabled = true;
    try {
      const asked = JSON.parse(button.dataset.asked);
      const body = JSON.stringify({ ...asked, style: chosen(button).dataset.note });
      const reply = await fetch("/api/word", { method: "POST", headers: { "content-type": "application/json" }, body });
      if (!reply.ok) throw new Error(await reply.text());
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await reply.blob());
      link.download = `${asked.question.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 40)}.docx`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      tell(button, button.dataset.saved);
    } catch {
      tell(button, button.dataset.failed);
    }
    button.disabled = false;
  };

  wenbao.copy = async (button) => {
    const text = chosen(button).dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = document.body.appendChild(document.createElement("textarea"));
      box.value = text;
      box.select();
      document.execCommand("copy"); // where the page is not a secure context
      box.remove();
    }
    tell(button, button.dataset.copied);
  };
  window.wenbao = wenbao;

  const lang = document.querySelector("meta[name=wb-lang]")?.content;
  if (lang) document.documentElement.lang = lang;

  // The browser's own calendar for the two days; the value stays the ISO date that is sent.
  const days = () => {
    for (const field of document.querySelectorAll("#wb-from input, #wb-to input")) {
      if (field.type === "text") field.type = "date";
    }
  };
  new MutationObserver(days).observe(document.documentElement, { childList: true, subtree: true });
  days();
})();
