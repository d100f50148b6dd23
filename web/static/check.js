// Send a draft, pasted or as a file, and show the report that comes back.
(() => {
  const [form, text, file, start, working, trouble, result, drop] = [
    "form", "text", "file", "start", "working", "trouble", "result", "drop",
  ].map((name) => document.getElementById(`ck-${name}`));
  const told = form.dataset;
  const json = { "content-type": "application/json" };

  const check = async (address, headers, body) => {
    if (form.ariaBusy === "true") return;
    busy(true);
    trouble.textContent = "";
    try {
      const sent = { method: "POST", headers: { ...headers, accept: "text/html" }, body };
      const reply = await fetch(address, sent);
      if (reply.ok) show(await reply.text());
      else trouble.textContent = await why(reply);
    } catch {
      trouble.textContent = told.failed;
    }
    busy(false);
  };

  const busy = (is) => {
    form.ariaBusy = String(is);
    start.disabled = file.disabled = is;
    working.textContent = is ? told.working : "";
  };

  const why = async (reply) => {
    const type = reply.headers.get("content-type") ?? "";
    return type.startsWith("application/json") ? (await reply.json()).error : told.failed;
  };

  // What the server sends is escaped there; each reference gets the button that copies it.
  const show = (html) => {
    result.innerHTML = html;
    for (const held of result.querySelectorAll("[data-reference]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = told.copy;
      held.after(button);
    }
    result.scrollIntoView({ block: "start" });
  };

  const take = (chosen) => {
    if (chosen.size > Number(told.bytes)) {
      const size = Math.ceil(chosen.size / 1024 ** 2);
      trouble.textContent = told.large.replace("{size}", size).replace("{name}", () => chosen.name);
      return;
    }
    const address = `/api/check?name=${encodeURIComponent(chosen.name)}`;
    check(address, { "content-type": "application/octet-stream" }, chosen);
  };

  const copy = async (button) => {
    const reference = button.previousElementSibling.dataset.reference;
    try {
      await navigator.clipboard.writeText(reference);
    } catch {
      const box = document.body.appendChild(document.createElement("textarea"));
      box.value = reference;
      box.select();
      document.execCommand("copy"); // where the page is not a secure context
      box.remove();
    }
    button.textContent = told.copied;
    setTimeout(() => (button.textContent = told.copy), 1500);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check("/api/check", json, JSON.stringify({ text: text.value }));
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  file.addEventListener("change", () => {
    if (file.files.length) take(file.files[0]);
    file.value = ""; // the same file can be chosen again, once it was mended
  });
  result.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) copy(button);
  });

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    drop.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    drop.hidden = true;
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
  document.documentElement.dataset.ready = ""; // from here on the page listens
})();
