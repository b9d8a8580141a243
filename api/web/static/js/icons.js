/** Icons, drawn on a grid of 24 by 24 with the colour of the text around them. */

import { svg } from "./dom.js";

const PATHS = {
  brand: "M4 5h11M4 10h11M4 15h11M4 20h7M20 4v17",
  ask: "M12 19V5m-6 6 6-6 6 6",
  stop: "M7 7h10v10H7z",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  menu: "M4 7h16M4 12h16M4 17h16",
  library: "M5 4v16M9 4v16M13 4.5 18.5 20",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6",
  filter: "M4 6h16M7 12h10M10 18h4",
  rename: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  export: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  upload: "M12 16V5m-5 5 5-5 5 5M5 20h14",
  good: "M7 20V10l4-7c2 0 2.6 1.4 2 3.4L12.4 9H18a2 2 0 0 1 2 2.400l-1.3 7A2 2 0 0 1 16.7 20zM7 10H4v10h3",
  bad: "M17 4v10l-4 7c-2 0-2.6-1.4-2-3.400l.600-2.600H6a2 2 0 0 1-2-2.400l1.3-7A2 2 0 0 1 7.3 4zM17 14h3V4h-3",
  trace: "M4 6h4c5 0 3 12 8 12h4M4 18h4c5 0 3-12 8-12h4",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1.5 1.500M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1.5-1.5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  zoomIn: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M8 11h6M11 8v6",
  zoomOut: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M8 11h6",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  dark: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z",
  auto: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 8h7M12 12h9M12 16h7",
  key: "M8 12a4 4 0 1 0 0 .100M12 12h9M17 12v4M20 12v3",
  retry: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  done: "M5 12l5 5 9-10",
  warning: "M12 4 2.5 20h19zM12 10v5M12 17.500v.500",
  keyboard: "M3 7h18v10H3zM7 13h10M7 10h.100M11 10h.100M15 10h.100",
};

/** The icon of this name, hidden from screen readers: what it means is said by what it stands in. */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
