// The field in the bar goes anywhere: companies, pages, filings, lines, commands. The server says what matches, with the reader's
// rights. Keys: / or Ctrl-K for the field, g and a letter for a page, ? for the list of keys. Without this script the field is a
// form that opens a company.
(() => {
  const PAUSE_MS = 120;
  const CHORD_MS = 1500;
  const form = document.querySelector(".find");
  const field = document.getElementById("find");
  const list = document.getElementById("destinations");
  const count = document.getElementById("destinations-count");
  const keys = document.getElementById("keys");
  const pages = JSON.parse(form.dataset.pages);
  const KINDS = { company: "Company", page: "Page", line: "Line", filing: "Filing", command: "Command" };
  let found = [];
  let place = -1;
  let latest = 0;
  let timer;
  let shown_for = null;
  let came_from = null;
  let chord_until = 0;

  const close = () => {
    list.hidden = true;
    place = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (next) => {
    place = next;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === next)));
    const option = list.children[next];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };
  const part = (className, text) => {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = text;
    return element;
  };
  const show = (destinations, asked) => {
    // The same answer again leaves the choice of the keys where it is.
    const chosen = asked === shown_for && !list.hidden ? found[place] : undefined;
    const before = chosen && destinations.findIndex((each) => each.kind === chosen.kind && each.label === chosen.label);
    found = destinations;
    shown_for = asked;
    list.replaceChildren(...found.map((each, number) => {
      const option = document.createElement("div");
      option.id = `destination-${number}`;
      option.setAttribute("role", "option");
      option.append(part("label", each.label), part("note", each.note), part("kind", KINDS[each.kind]));
      return option;
    }));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    count.textContent = found.length ? `${found.length} results` : "No results";
    if (before > 0) choose(before);
    else choose(asked && found.length ? 0 : -1);
  };
  const ask = async () => {
    const own = ++latest;
    const asked = field.value.trim();
    const query = new URLSearchParams(asked ? { q: asked } : {});  // an empty parameter is refused
    if (form.dataset.ticker) query.set("ticker", form.dataset.ticker);
    if (form.dataset.asOf) query.set("as_of", form.dataset.asOf);
    try {
      const answer = await fetch(`api/v1/destinations?${query}`);
      if (own !== latest) return;  // the field has changed since; a later response may have come first
      if (answer.ok) show((await answer.json()).destinations, asked);
      else close();
    } catch (failure) {
      close();
    }
  };
  const go = (destination, is_apart) => {
    close();
    if (destination.command === "theme") document.getElementById("theme").click();
    else if (destination.command === "keys") keys.showModal();
    else if (destination.command === "link") document.getElementById("copy-link").click();
    else if (is_apart) window.open(destination.href, "_blank");
    else location.assign(destination.href);
  };
  // Back to where the focus was, or to the field of that name if its panel was drawn again meanwhile.
  const leave = () => {
    const { element, root, name } = came_from ?? {};
    const before = element?.isConnected ? element : name && root.querySelector(`[name="${CSS.escape(name)}"]`);
    field.blur();
    requestAnimationFrame(() => before?.focus());
  };
  const enter = async (is_apart) => {
    clearTimeout(timer);
    if (shown_for !== field.value.trim()) await ask();
    const chosen = found[place];
    if (chosen) go(chosen, is_apart);
    else if (field.value.trim()) form.requestSubmit();
  };

  field.addEventListener("focus", () => { if (list.hidden) void ask(); });
  field.addEventListener("blur", close);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    latest += 1;  // what is on its way answers an earlier text
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      if (list.hidden) show(found, shown_for);
      else choose((place + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      void enter(event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();  // an open drawer stays
      latest += 1;
      clearTimeout(timer);
      close();
      leave();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(found[[...list.children].indexOf(option)], event.ctrlKey || event.metaKey);
  });

  const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  const open = (event) => {
    event.preventDefault();
    if (keys.open) keys.close();
    if (document.activeElement !== field) {
      const element = focused();
      came_from = { element, root: element?.getRootNode(), name: element?.getAttribute("name") };
    }
    field.focus();
    field.select();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      open(event);
      return;
    }
    const is_written = event.composedPath()[0].closest?.("input, select, textarea, [contenteditable]");
    if (is_written || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (performance.now() < chord_until) {
      chord_until = 0;
      const page = pages.find((each) => each.key === event.key);
      if (page) {
        event.preventDefault();
        location.assign(page.href);
        return;
      }
    }
    if (event.key === "/") open(event);
    else if (event.key === "?" && !keys.open) keys.showModal();
    else if (event.key === "g") chord_until = performance.now() + CHORD_MS;
  });

  // Menus of the bar close when the focus or a click goes elsewhere, and with Escape, which gives the focus back.
  const menus = [...document.querySelectorAll(".bar details.menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  for (const menu of menus) {
    menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
})();
