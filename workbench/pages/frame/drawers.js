// A drawer, an element with the role "dialog" in a panel, keeps the Tab key within it; when it closes, the focus goes back to the
// element that opened it, or to the one that took its place when its panel was drawn again.
(() => {
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const RETURN_WITHIN_MS = 3000;
  let opener = null;

  const active = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  const remember = (event) => {
    const target = event.composedPath()[0].closest?.("[data-event]");
    if (target && !target.closest("[role=dialog]")) {
      opener = { element: target, host: target.getRootNode(), name: target.dataset.event, value: target.dataset.value };
    }
  };
  const counterpart = ({ element, host, name, value }) => element.isConnected ? element
    : host.querySelector(`[data-event="${CSS.escape(name)}"][data-value="${CSS.escape(value ?? "")}"]`);

  document.addEventListener("click", remember, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const drawer = active()?.closest("[role=dialog]");
    if (!drawer) return;
    const stops = [...drawer.querySelectorAll(FOCUSABLE)].filter((each) => each.checkVisibility());
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (active() !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  });
  // The panel of the opener may be drawn again after the drawer has gone, and would take the focus with it.
  document.addEventListener("workbench-drawer-closed", () => {
    const until = performance.now() + RETURN_WITHIN_MS;
    let had_focus = null;
    const give_back = () => {
      const own = opener && counterpart(opener);
      const is_free = !active() || active() === document.body || active() === had_focus || !active().isConnected;
      if (own && is_free && active() !== own) own.focus({ preventScroll: true });
      if (own && is_free) had_focus = own;
      if (is_free && performance.now() < until) requestAnimationFrame(give_back);
    };
    give_back();
  });
})();
