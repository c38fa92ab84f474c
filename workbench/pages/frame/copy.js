// Copies the address, a figure with its source, or a table as a spreadsheet takes it: columns by tabs, numbers without grouping.
(() => {
  const SHOWN_MS = 1600;

  const number = (text) => {
    const plain = text.replace("−", "-").replace(/^\((.*)\)$/, "-$1");
    return /^-?\d{1,3}(,\d{3})*(\.\d+)?$|^-?\d+(\.\d+)?$/.test(plain) ? plain.replaceAll(",", "") : text;
  };
  const cell_text = (cell) => {
    const text = cell.innerText.replace(/\s+/g, " ").trim();
    return text === "–" ? "" : number(text);
  };
  const as_rows = (table) => [...table.rows]
    .filter((row) => row.checkVisibility())
    .map((row) => [...row.cells].filter((cell) => cell.checkVisibility()).map(cell_text).join("\t"))
    .join("\n");
  const wanted = (button) => ({
    link: () => location.href,
    text: () => button.dataset.text,
    table: () => as_rows(button.nextElementSibling.querySelector("table")),
  })[button.dataset.copy]();

  // The clipboard is there on this machine and over TLS; elsewhere a field is selected and copied, as before it.
  const put = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  document.addEventListener("click", async (event) => {
    const button = event.composedPath().find((each) => each instanceof Element && each.matches("[data-copy]"));
    if (!button || button.dataset.label) return;
    button.dataset.label = button.textContent;
    try {
      await put(wanted(button));
      button.textContent = "Copied";
    } catch (failure) {
      button.textContent = "The browser refused";
    }
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, SHOWN_MS);
  });
})();
