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
    const target = event.target.closest("[data-event]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    send(target);
  });
  window.addEventListener("keydown", (event) => {
    const target = event.key === "Escape" && root.querySelector("[data-escape]");
    if (target) send(target);
  });

  model.on("html", show);
  show();
  return root;
}
