// A page's first answer holds its markup, readable before Panel's scripts have run. What a visitor clicks or chooses until then
// waits here, and the panel that takes the place over sends it on.
(() => {
  const first = (event) => event.target.closest?.(".first");
  const keep = (place, name, value, target) => {
    (place.early ??= []).push({ name, value });
    target.setAttribute("aria-busy", "true");
  };
  document.addEventListener("click", (event) => {
    if (!first(event) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target.closest("[data-event]:not(select)");
    if (!target) return;
    event.preventDefault();
    keep(first(event), target.dataset.event, target.dataset.value || "", target);
  });
  document.addEventListener("change", (event) => {
    const choice = event.target.closest?.("select[data-event]");
    if (first(event) && choice) keep(first(event), choice.dataset.event, choice.value, choice);
  });
  document.addEventListener("keydown", (event) => {
    const target = event.key === "Escape" && document.querySelector(".first [data-escape]");
    if (target) keep(target.closest(".first"), target.dataset.event, target.dataset.value || "", target);
  });
  // A form that changes data, or puts its fields together, needs the panel; any other is an ordinary address.
  document.addEventListener("submit", (event) => {
    const place = first(event);
    if (!place || !event.target.matches("[data-post], :has([data-adds])")) return;
    event.preventDefault();
    place.submitted = [...place.querySelectorAll("form")].indexOf(event.target);
    event.submitter?.setAttribute("aria-busy", "true");
  });
})();
