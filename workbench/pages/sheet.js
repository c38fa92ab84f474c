export function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "sheet";

  const settle = (frame) => {
    const page = frame.contentDocument;
    if (!page || !page.body) return;
    const fit = () => { frame.style.height = `${page.documentElement.scrollHeight + 2}px`; };
    fit();
    new ResizeObserver(fit).observe(page.body);
    const passage = page.getElementById("passage");
    if (passage) {
      const y = frame.getBoundingClientRect().top + window.scrollY + passage.getBoundingClientRect().top;
      window.scrollTo({ top: Math.max(0, y - window.innerHeight / 3) });
    }
  };

  const show = () => {
    root.innerHTML = model.html;
    for (const frame of root.querySelectorAll("iframe[data-srcdoc]")) {
      frame.addEventListener("load", () => settle(frame), { once: true });
      frame.srcdoc = frame.dataset.srcdoc;
      delete frame.dataset.srcdoc;
    }
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus({ preventScroll: true });
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
