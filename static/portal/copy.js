// Puts a "Copy" button beside what has to be typed into the bank's form. The page works without.
for (const list of document.querySelectorAll("[data-copy]")) {
  const said = document.createElement("span");
  said.className = "sr";
  said.setAttribute("role", "status");
  list.after(said);
  for (const text of list.querySelectorAll("[data-copy-this]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = list.dataset.copy;
    button.setAttribute("aria-label", `${list.dataset.copy}: ${text.textContent}`);
    const value = text.textContent.trim();
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(value);
      button.textContent = list.dataset.copied;
      said.textContent = `${list.dataset.copied}: ${value}`;
    });
    if (navigator.clipboard) text.append(" ", button);
  }
}
