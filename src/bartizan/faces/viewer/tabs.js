// The tabs of the right column. Clicking something on the map opens its details, unless a change is being tried.

/**
 * Shows the panel of the store's `tab`; arrow keys move between the tabs, as readers of tab lists expect.
 * @param {Store} store
 */
export function create(element, store) {
  const tabs = [...element.querySelectorAll("[role=tab]")];
  const name = (tab) => tab.getAttribute("aria-controls");
  const panel = (tab) => /** @type {HTMLElement} */ (document.getElementById(name(tab)));
  for (const tab of tabs) tab.addEventListener("click", () => store.set("tab", name(tab)));
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    store.set("tab", name(next));
    next.focus();
  });
  store.on("tab", (open) => {
    for (const tab of tabs) {
      const chosen = name(tab) === open;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      panel(tab).hidden = !chosen;
    }
  });
  store.on("selection", (selection) => {
    if (selection && store.get("tab") === "answer") store.set("tab", "details");
  });
}
