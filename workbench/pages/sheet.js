export function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "sheet";

  const show = () => {
    root.innerHTML = model.html;
    // The element is in the page only after this function has returned.
    requestAnimationFrame(() => {
      root.querySelector("[data-focus]")?.focus({ preventScroll: true });
      root.querySelector(".items [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
      root.querySelector("#passage")?.scrollIntoView({ block: "center" });
      if (root.querySelector("[data-top]")) window.scrollTo({ top: 0 });
    });
  };

  const send = (target) => model.send_msg({ name: target.dataset.event, value: target.dataset.value || "" });
  root.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    if (jump) {
      event.preventDefault();
      document.getElementById(jump.dataset.jump)?.scrollIntoView({ block: "start", behavior: "smooth" });
      return;
    }
    const target = event.target.closest("[data-event]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    send(target);
  });
  // A form that changes something goes to the API, which knows who may; its answer's id then goes to Python.
  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-post]");
    if (!form) return;
    event.preventDefault();
    const told_as = (told) => form.dataset.answer.split(".").reduce((value, key) => value[key], told);
    const is_upload = form.enctype === "multipart/form-data";
    const body = {};
    if (!is_upload) for (const [name, value] of new FormData(form)) {
      const [group, key] = name.split(".");
      if (key) (body[group] ||= {})[key] = value;
      else body[name] = Number.isInteger(Number(value)) && value !== "" ? Number(value) : value;
    }
    const alert = root.querySelector("[role=alert]");
    try {
      if (alert) alert.textContent = is_upload ? "Reading the document…" : "";
      const answer = await fetch(form.getAttribute("action"), is_upload
        ? { method: "POST", body: new FormData(form) }
        : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
      const told = await answer.json();
      if (alert) alert.textContent = answer.ok ? "" : told.detail;
      if (answer.ok) model.send_msg({ name: form.dataset.post, value: String(told_as(told)) });
    } catch (failure) {
      if (alert) alert.textContent = "The server cannot be reached.";
    }
  });
  window.addEventListener("keydown", (event) => {
    const target = event.key === "Escape" && root.querySelector("[data-escape]");
    if (target) send(target);
  });

  model.on("html", show);
  show();
  return root;
}
