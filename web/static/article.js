// An article's own page opens at its quote.
document.querySelector(".wb-here")?.scrollIntoView({ block: "center" });
