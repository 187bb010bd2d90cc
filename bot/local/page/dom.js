// Builds the page. Text is only ever set as text: nothing here turns it into markup.

const SVG = "http://www.w3.org/2000/svg";
const ATTRIBUTES = ["role", "for", "href"];

/** An element. `given` holds properties; `class`, `data`, `aria`, `on` and attributes go where they belong; children
 * are nodes or text. What is null, undefined or false is left out. */
export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "aria")
      for (const [part, told] of Object.entries(value)) told == null || node.setAttribute(`aria-${part}`, told);
    else if (name === "on")
      for (const [event, heard] of Object.entries(value)) node.addEventListener(event, heard);
    else if (ATTRIBUTES.includes(name)) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter(Boolean);
}

export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

export function button(look, act, ...children) {
  return el("button", { type: "button", class: look, on: { click: act } }, ...children);
}

/** A small button that shows a drawing, or whatever `sign` is; `label` is its name and what `keepFocus` knows it by. */
export function tool(sign, label, act) {
  const node = button("tool", act, sign in ICONS ? icon(sign) : el("span", { aria: { hidden: true } }, sign));
  node.title = label;
  node.setAttribute("aria-label", label);
  node.dataset.key = label;
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
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const ICONS = {
  hash: "M7.5 3.5 6 16.5M14 3.5 12.5 16.5M4 7.5h13M3 12.5h13",
  lock: "M5.5 9h9v7.5h-9zM7.25 9V6.5a2.75 2.75 0 0 1 5.5 0V9",
  shared: "M3.5 10 7 6.5M3.5 10 7 13.5M3.5 10h13M16.5 10 13 6.5M16.5 10 13 13.5",
  thread: "M4 4.5h12V13H9.5L6 16v-3H4z",
  ticket:
    "M3.5 7A1.5 1.5 0 0 1 5 5.5h10A1.5 1.5 0 0 1 16.5 7v1.3a1.8 1.8 0 0 0 0 3.4V13a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 13v-1.3a1.8 1.8 0 0 0 0-3.4zM12 6.5v7",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3.5 10V4L17 10 3.5 16zM3.5 10H9",
  eye: "M2.5 10S5 5.25 10 5.25 17.5 10 17.5 10 15 14.75 10 14.75 2.5 10 2.5 10zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l1-1",
  edit: "M4 16v-3L13 4l3 3-9 9zM11 6l3 3",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.7 10.5h6.6L14 6",
  sun: "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1",
  moon: "M16 11.8A6.5 6.5 0 1 1 8.2 4a5.2 5.2 0 0 0 7.8 7.8z",
  auto: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 3v14M10 5.5h3.5M10 8.5h5M10 11.5h5M10 14.5h3.5",
  lens: "M8.75 3.5a5.25 5.25 0 1 1 0 10.5 5.25 5.25 0 0 1 0-10.5zM12.7 12.7 17 17",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.5V12M10 14.3v.01",
};

/** What this page cannot draw is named where it stands, so that nothing that the bot sent goes unseen. */
export function unknown(type) {
  return el("div", { class: "unknown" }, `A “${type}” is here, which this page cannot draw.`);
}

const COLOURS = 8;

/** A person's picture: their initials on one of eight colours. */
export function avatar(person, size = "") {
  if (person.bot && person.name === "tickets")
    return el("img", { class: `avatar ${size}`, src: "/page/ticket.svg", alt: "" });
  const words = person.real_name.split(/\s+/);
  const initials = words.map((word) => word.charAt(0)).slice(0, 2);
  return el("span", { class: `avatar ${size} colour-${person.place % COLOURS}`, aria: { hidden: true } }, initials);
}

/** Runs `change`, which draws parts of `container` anew, and gives the focus back to the part with the same key. */
export function keepFocus(container, change) {
  const active = document.activeElement;
  const key = container.contains(active) && active.closest("[data-key]")?.dataset.key;
  const row = key && active.closest("[data-row]")?.dataset.row;
  change();
  if (!key || document.activeElement !== document.body) return;
  const within = (row && container.querySelector(`[data-row="${CSS.escape(row)}"]`)) || container;
  (within.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? within).focus({ preventScroll: true });
}

const TOAST_SECONDS = 8;

/** A short note at the bottom of the page, about what did not work. */
export function toast(text) {
  const toasts = document.getElementById("toasts");
  const shown = el("div", { class: "toast" }, icon("warning"), el("span", {}, text));
  shown.append(tool("close", "Dismiss", () => shown.remove()));
  while (toasts.children.length > 2) toasts.firstChild.remove();
  toasts.append(shown);
  setTimeout(() => shown.remove(), TOAST_SECONDS * 1000);
}
