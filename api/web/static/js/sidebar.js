/** The side of the page with the threads; on a phone a drawer. */

import { cover, isNarrow, whenWidthChanges } from "./covers.js";
import { button, byId, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { showKeys } from "./shortcuts.js";
import { themeButton } from "./theme.js";

/** Fills the sidebar; `begin()` starts a new thread. Returns the drawer: `isOpen()` and `close()`. */
export function sidebar({ threads, begin, openLibrary, changeKey }) {
  const node = byId("sidebar");
  const menu = byId("menu");
  const isOpen = () => node.classList.contains("open");
  const set = (open) => {
    node.classList.toggle("open", open);
    menu.setAttribute("aria-expanded", open);
    cover("drawer", open);
    if (open) node.querySelector("button").focus();
  };
  const close = () => {
    if (!isOpen()) return;
    set(false);
    menu.focus();
  };
  const key = button("Use another key", icon("key"), changeKey, { hidden: true });
  replace(
    node,
    el("div", { class: "brand" }, icon("brand"), el("span", {}, "Scholium"), button("Close the menu", icon("close"), close, { class: "icon-button drawer-only" })),
    button("New thread", icon("plus"), () => (close(), begin()), { text: "New thread", class: "button new-thread" }),
    el("h2", { class: "side-title" }, "Threads"),
    threads,
    el("div", { class: "side-foot" },
      button("Library", icon("library"), () => (close(), openLibrary()), { text: "Library" }),
      key,
      button("Keyboard shortcuts", icon("keyboard"), showKeys),
      themeButton()),
  );
  menu.addEventListener("click", () => set(true));
  threads.addEventListener("click", (event) => event.target.closest("a") && close()); // the open thread's, too
  whenWidthChanges(() => set(false));
  byId("scrim").addEventListener("click", close);
  set(false);
  return { isOpen: () => isOpen() && isNarrow(), close, showKey: (shown) => (key.hidden = !shown) };
}
