// Building the page. Text is only ever set as text: there is no way here to turn it into markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `given` holds properties; `class`, `data`, `aria`, `role` and `on` go where they belong; children are
 * nodes or text, and what is null, undefined or false is left out. */
export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "aria")
      for (const [part, told] of Object.entries(value))
        told === null || told === undefined || node.setAttribute(`aria-${part}`, String(told));
    else if (name === "role" || name === "for") node.setAttribute(name, value);
    else if (name === "on")
      for (const [event, heard] of Object.entries(value)) node.addEventListener(event, heard);
    else node[name] = value;
  }
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

/** A line drawing on a 20 by 20 grid. */
export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

const ICONS = {
  hash: ["M7.5 3.5 6 16.5", "M14 3.5 12.500 16.500", "M4 7.500h13", "M3 12.500h13"],
  lock: ["M5.500 9h9v7.500h-9z", "M7.250 9V6.500a2.750 2.750 0 0 1 5.500 0V9"],
  shared: ["M3.500 10 7 6.500M3.500 10 7 13.500M3.500 10h13", "M16.500 10 13 6.500M16.500 10 13 13.500"],
  thread: ["M4 4.500h12v8.500H9.500L6 16v-3H4z"],
  smile: [
    "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z",
    "M7 11.500c.6 1.300 1.700 2 3 2s2.400-.7 3-2",
    "M7.500 8v.5M12.500 8v.5",
  ],
  ticket: [
    "M3.500 7A1.500 1.500 0 0 1 5 5.500h10A1.500 1.500 0 0 1 16.500 7v1.300a1.800 1.800 0 0 0 0 3.400V13a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 13v-1.300a1.800 1.800 0 0 0 0-3.400z",
    "M12 6.500v7",
  ],
  more: ["M10 5v.01M10 10v.01M10 15v.01"],
  close: ["M5 5l10 10M15 5 5 15"],
  down: ["M5.500 8 10 12.500 14.500 8"],
  send: ["M3.500 10 3.500 4 17 10 3.500 16z", "M3.500 10H9"],
  eye: [
    "M2.500 10S5 5.250 10 5.250 17.500 10 17.500 10 15 14.750 10 14.750 2.500 10 2.500 10z",
    "M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  ],
  bolt: ["M11 2.500 5 11h4.500L9 17.500 15 9h-4.500z"],
  sun: [
    "M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7z",
    "M10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100",
  ],
  moon: ["M16 11.800A6.500 6.500 0 1 1 8.200 4a5.200 5.200 0 0 0 7.800 7.800z"],
  auto: [
    "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z",
    "M10 3v14",
    "M10 5.500l3.500 0M10 8.500h5M10 11.500h5M10 14.500h3.500",
  ],
  lens: ["M8.750 3.500a5.250 5.250 0 1 1 0 10.500 5.250 5.250 0 0 1 0-10.500z", "M12.700 12.700 17 17"],
  check: ["M4.500 10.500 8.500 14.500 15.500 6"],
  warning: ["M10 3.500 17.500 16.500h-15z", "M10 8.500v3.500M10 14.300v.01"],
  home: ["M3.500 9.500 10 4l6.500 5.500", "M5.500 8.500v7.500h9V8.500"],
};

/** The nearest thing that can be focused again after `node` was drawn anew, by its `data-key`. */
export function keepFocus(container, change) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.closest("[data-key]")?.dataset.key : null;
  const row = key ? active.closest("[data-row]")?.dataset.row : null;
  change();
  if (!key || document.activeElement !== document.body) return;
  const within = row ? container.querySelector(`[data-row="${CSS.escape(row)}"]`) : container;
  const again = within?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? within;
  again?.focus?.({ preventScroll: true });
}
