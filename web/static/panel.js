// The source panel: its tabs and headlines open articles, and a newly shown article opens at the quote.
element.addEventListener("click", (event) => window.wenbao?.open(event, trigger));
watch("value", () => window.wenbao?.reveal());
