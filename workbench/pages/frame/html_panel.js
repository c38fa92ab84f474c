export function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "html-panel";

  // What was typed into fields that new markup has too, in the same form and with the same value of its own, stays with the focus.
  const typed = () => [...root.querySelectorAll("input[name]:not([type=file]):not([type=checkbox]):not([type=radio]), textarea[name]")]
    .filter((field) => field.value !== field.defaultValue)
    .map((field) => ({
      name: field.name, action: field.form?.getAttribute("action"), own: field.defaultValue, value: field.value, is_focused: field === root.getRootNode().activeElement,
    }));
  const keep = (fields) => {
    for (const { name, action, own, value, is_focused } of fields) {
      const field = [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
        .find((each) => each.form?.getAttribute("action") === action);
      if (!field || field.defaultValue !== own) continue;
      field.value = value;
      if (is_focused) field.focus({ preventScroll: true });
    }
  };

  // What was unfolded stays unfolded, but for what was used since: a menu folds after a choice, a form once it is sent.
  const used = new Set();
  const unfolding = () => {
    const seen = {};
    return [...root.querySelectorAll("details")].map((details) => {
      const name = details.querySelector("summary")?.textContent.trim();
      seen[name] = (seen[name] ?? 0) + 1;
      return { details, key: `${name} ${seen[name]}` };
    });
  };
  const use = (element) => {
    for (const { details, key } of unfolding()) if (details.contains(element)) used.add(key);
  };
  const unfolded = () => unfolding().filter(({ details, key }) => details.open && !used.has(key)).map(({ key }) => key);
  const unfold = (keys) => {
    for (const { details, key } of unfolding()) if (keys.includes(key)) details.open = true;
  };

  const copy_button = () => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "copy-table", textContent: "Copy table" });
    button.dataset.copy = "table";
    return button;
  };

  const show = () => {
    const before = typed();
    const open = unfolded();
    used.clear();
    const had_drawer = root.querySelector("[role=dialog]") !== null;
    root.innerHTML = model.html;
    keep(before);
    unfold(open);
    for (const place of root.querySelectorAll(".scroll:has(> table)")) place.before(copy_button());
    if (had_drawer && !root.querySelector("[role=dialog]")) document.dispatchEvent(new Event("workbench-drawer-closed"));
    // The element is in the page only after this function has returned.
    requestAnimationFrame(() => {
      root.querySelector("[data-focus]")?.focus({ preventScroll: true });
      for (const chosen of root.querySelectorAll(".items > ol > li > [aria-current], .tab-row [aria-selected=true]")) {
        chosen.scrollIntoView({ block: "nearest", inline: "center" });
      }
      const passage = root.querySelector("#passage");
      const is_long = passage && passage.getBoundingClientRect().height > 0.8 * window.innerHeight;
      passage?.scrollIntoView({ block: is_long ? "start" : "center" });
      if (root.querySelector("[data-top]")) window.scrollTo({ top: 0 });
    });
  };

  // Shows what the API refuses with its hint. A page that the hint names is a link, if the visitor may open it.
  const refuse = (place, { detail, hint }) => {
    const pages = JSON.parse(document.querySelector("[data-pages]")?.dataset.pages ?? "[]");
    const sentence = (text) => text ? text[0].toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".") : "";
    const text = [detail, hint].map(sentence).filter(Boolean).join(" ");
    const named = new RegExp(`(?<=\\bthe page )(${pages.map((page) => page.label).join("|")})\\b`);
    place.replaceChildren(...text.split(named).map((part, at) => at % 2
      ? Object.assign(document.createElement("a"), { href: pages.find((page) => page.label === part).href, textContent: part })
      : part));
  };

  const send = (target) => {
    use(target);
    model.send_msg({ name: target.dataset.event, value: target.dataset.value || "" });
  };

  // Loads the user's own data from the API, which knows the signed-in user; its responses go to Python as text. Markup that they
  // bring may name further addresses, each of which is loaded once.
  const loaded = new Set();
  const load = async (is_again = true) => {
    for (const place of root.querySelectorAll("[data-load]")) {
      if (!is_again && loaded.has(place.dataset.load)) continue;
      loaded.add(place.dataset.load);
      try {
        const answer = await fetch(place.dataset.load);
        const text = await answer.text();
        if (answer.ok) place.textContent = "";
        else refuse(place, JSON.parse(text));
        if (answer.ok) model.send_msg({ name: place.dataset.answer, value: text });
      } catch (failure) {
        place.textContent = "The server cannot be reached.";
      }
    }
  };
  document.addEventListener("workbench-saved", () => load());

  root.addEventListener("click", (event) => {
    const target = event.target.closest("[data-event]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    send(target);
  });
  root.addEventListener("change", (event) => {
    const choice = event.target.closest("select[data-event]");
    if (choice) model.send_msg({ name: choice.dataset.event, value: choice.value });
  });
  // Appends what is chosen or entered here to the value of the named field; several fields make one text.
  const added = (form) => {
    const wholes = {};
    for (const part of form.querySelectorAll("[data-adds]")) {
      const fields = part.matches("fieldset") ? [...part.querySelectorAll("input, select")] : [part];
      if (!fields.at(-1).value.trim()) continue;
      const name = part.dataset.adds;
      const text = fields.map((field) => field.value).join("").trim();
      wholes[name] = [wholes[name] ?? form.elements[name].value, text].filter(Boolean).join(part.dataset.between);
    }
    return wholes;
  };
  // Shows the value of the bar under the pointer in the line of its chart.
  const read = (event, is_read) => {
    const mark = event.target.closest?.("[data-reading]");
    const line = mark?.closest(".trend").querySelector(".now");
    if (!line) return;
    line.dataset.newest ??= line.textContent;
    line.textContent = is_read ? mark.dataset.reading : line.dataset.newest;
  };
  root.addEventListener("pointerover", (event) => read(event, true));
  root.addEventListener("pointerout", (event) => read(event, false));

  const written = (form, is_plain) => {
    const body = {};
    for (const [name, value] of [...new FormData(form), ...Object.entries(added(form))]) {
      const [group, key] = name.split(".");
      if (name.endsWith("[]")) {  // a list; an empty field makes it be there
        const list = (body[name.slice(0, -2)] ||= []);
        if (value) list.push(value);
        continue;
      }
      if (is_plain) { if (value.trim()) body[name] = value.trim(); }
      else if (key) (body[group] ||= {})[key] = value;
      else body[name] = Number.isInteger(Number(value)) && value !== "" ? Number(value) : value;
    }
    return body;
  };
  // Forms that change data post to the API, which checks permissions. The part of the response that `data-answer` names goes to
  // Python; without it, the whole response as text. A button may have its own address and event name. An address may name fields in
  // braces.
  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    if (!form.dataset.post) {
      for (const [name, value] of Object.entries(added(form))) form.elements[name].value = value;
      return;
    }
    event.preventDefault();
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
    const source = event.submitter?.dataset.post ? event.submitter : form;
    const method = form.dataset.method || "POST";
    const event_value = (result) => !source.dataset.answer ? JSON.stringify(result)
      : source.dataset.answer.split(".").reduce((value, key) => value[key], result);
    const is_upload = form.enctype === "multipart/form-data";
    const alert = root.querySelector("[role=alert]");
    try {
      if (alert) alert.textContent = form.dataset.wait || "";
      const values = is_upload ? new FormData(form) : written(form, "plain" in form.dataset);
      const address = (source.getAttribute("formaction") || form.getAttribute("action"))
        .replace(/\{(\w+)\}/g, (_, name) => {
          delete values[name];
          return encodeURIComponent(form.elements[name].value.trim());
        });
      const body = is_upload ? values : JSON.stringify(values);
      const headers = is_upload ? { Prefer: "wait=60" } : { "Content-Type": "application/json" };
      const sent = method === "POST" || method === "PUT" ? { method, body, headers } : { method };
      const answer = await fetch(address, sent);
      const result = answer.status === 204 ? {} : await answer.json();
      if (alert && answer.ok) alert.textContent = "";
      else if (alert) refuse(alert, result);
      if (answer.ok) {
        use(form);
        if (source === form && method !== "GET") form.reset();
        model.send_msg({ name: source.dataset.post, value: String(event_value(result)) });
        if (source === form && method !== "GET") document.dispatchEvent(new Event("workbench-saved"));
      }
    } catch (failure) {
      if (alert) alert.textContent = "The server cannot be reached.";
    }
  });
  // A wide table that scrolls sideways keeps the arrow keys while it has the focus or was pressed last.
  const is_wide = (each) => each instanceof Element && each.scrollWidth > each.clientWidth
    && /auto|scroll/.test(getComputedStyle(each).overflowX);
  let pressed = [];
  window.addEventListener("pointerdown", (event) => { pressed = event.composedPath(); });
  window.addEventListener("keydown", (event) => {
    const target = event.key === "Escape" && root.querySelector("[data-escape]");
    if (target) send(target);
    // A key without modifiers, outside of fields, follows the link whose data-key names it.
    const is_alone = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    const is_in_field = event.composedPath()[0].closest?.("input, select, textarea, [contenteditable]");
    const moves = /^Arrow(Left|Right)$/.test(event.key) && [...event.composedPath(), ...pressed].some(is_wide);
    if (is_alone && !is_in_field && !moves) root.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });

  // Words that are marked in a document can be noted and cited: where their block starts and the words go to Python.
  const quote = document.createElement("button");
  quote.type = "button";
  quote.className = "quote-button";
  quote.textContent = "Note or link this passage";
  const marked = () => {
    const selection = root.getRootNode().getSelection?.() ?? document.getSelection();
    const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
    const from = range?.startContainer.parentElement?.closest("[data-quotes] [data-start]");
    const words = from ? selection.toString().trim() : "";
    return words.length > 2 && root.contains(from) ? { from, words, range } : null;
  };
  root.addEventListener("pointerup", () => requestAnimationFrame(() => {
    const { range } = marked() ?? {};
    if (!range) return quote.remove();
    const { left, bottom } = range.getBoundingClientRect();
    quote.style = `left: ${Math.max(8, left)}px; top: ${Math.min(innerHeight - 48, bottom + 6)}px`;
    root.append(quote);
  }));
  quote.addEventListener("click", () => {
    const { from, words } = marked() ?? {};
    quote.remove();
    if (from) model.send_msg({ name: "quote", value: `${from.dataset.start}|${words}` });
  });

  // Arrow keys, Home and End move the focus along a row of tabs; Enter opens one, as it does any link.
  root.addEventListener("keydown", (event) => {
    const tabs = [...(event.target.closest("[role=tablist]")?.querySelectorAll("[role=tab]") ?? [])];
    const at = tabs.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tabs.at(to % tabs.length).focus();
  });

  // The answer to the page's request already showed this markup, see first_content.js: what was typed, the focus and early clicks
  // stay when this panel takes its place.
  const take_over = () => {
    const first = model.place && document.querySelector(`.first[data-place="${CSS.escape(model.place)}"]`);
    if (!first) return;
    const all = (element) => [...element.querySelectorAll("a[href], button:not(.copy-table), input, select, textarea, summary")];
    const own = all(root);
    const focused = all(first).indexOf(document.activeElement);
    all(first).forEach((field, place) => {
      if (field.matches("select")) own[place].selectedIndex = field.selectedIndex;
      else if (field.matches("[type=checkbox], [type=radio]")) own[place].checked = field.checked;
      else if (field.matches("input:not([type=file]), textarea") && field.value !== field.defaultValue) own[place].value = field.value;
    });
    const details = root.querySelectorAll("details");
    first.querySelectorAll("details").forEach((each, place) => { if (each.open && details[place]) details[place].open = true; });
    const early = first.early ?? [];
    first.remove();
    // A form is sent, and an element focused, only once it is in the page.
    requestAnimationFrame(() => {
      if (focused >= 0) own[focused]?.focus({ preventScroll: true });
      if (first.submitted >= 0) root.querySelectorAll("form")[first.submitted]?.requestSubmit();
    });
    early.forEach((event) => model.send_msg(event));
  };

  model.on("html", () => { show(); load(false); });
  show();
  load();
  take_over();
  return root;
}
