// A list that opens below a button: for menus, selects and switches. Arrow keys, Home, End, the first letters, Enter
// and Escape do what they do everywhere.

import { el } from "./dom.js";

/** `groups` are {label, items}; an item is {value, text} with `note` and `before` (a node) if it likes. `picked` gets
 * the value. The focus goes back to `anchor`. */
export function openMenu(anchor, groups, picked, { chosen = null, label = "", align = "start" } = {}) {
  const options = [];
  const list = el("div", { class: "menu", role: "listbox", popover: "auto", tabIndex: -1, aria: { label } });
  for (const group of groups) {
    if (group.label) list.append(el("div", { class: "menu-label", role: "presentation" }, group.label));
    for (const item of group.items) {
      const option = el(
        "div",
        {
          class: "menu-item",
          role: "option",
          tabIndex: -1,
          aria: { selected: item.value === chosen },
          data: { value: String(item.value) },
        },
        item.before,
        el(
          "span",
          { class: "menu-text" },
          el("span", {}, item.text),
          item.note && el("small", {}, item.note),
        ),
      );
      option.addEventListener("click", () => choose(item.value));
      option.addEventListener("pointermove", () => option.focus({ preventScroll: true }));
      options.push(option);
      list.append(option);
    }
  }

  let typed = "";
  let typedAt = 0;
  const focused = () => options.indexOf(document.activeElement);
  const go = (index) => options[(index + options.length) % options.length]?.focus();

  function choose(value) {
    list.hidePopover();
    picked(value);
  }

  function seek(letter, now) {
    typed = now - typedAt > 700 ? letter : typed + letter;
    typedAt = now;
    const from = typed.length === 1 ? focused() + 1 : focused();
    const order = [...options.slice(from), ...options.slice(0, from)];
    order
      .find((one) =>
        one.textContent
          .trim()
          .toLowerCase()
          .replace(/^\P{L}+/u, "")
          .startsWith(typed.toLowerCase()),
      )
      ?.focus();
  }

  const KEYS = {
    ArrowDown: () => go(focused() + 1),
    ArrowUp: () => go(focused() < 0 ? options.length - 1 : focused() - 1),
    Home: () => go(0),
    End: () => go(options.length - 1),
    Enter: () => document.activeElement.click(),
    " ": () => document.activeElement.click(),
    Escape: () => list.hidePopover(),
    Tab: () => list.hidePopover(),
  };
  list.addEventListener("keydown", (event) => {
    if (KEYS[event.key]) KEYS[event.key]();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) seek(event.key, event.timeStamp);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const back = list.contains(document.activeElement) || document.activeElement === document.body;
    anchor.setAttribute("aria-expanded", "false");
    list.remove();
    if (back) anchor.focus({ preventScroll: true });
  });

  // Within a form's dialog, or all outside of it would be out of reach.
  (anchor.closest("dialog") ?? document.body).append(list);
  anchor.setAttribute("aria-expanded", "true");
  list.showPopover();
  place(list, anchor, align);
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  go(Math.max(0, at));
  return list;
}

function place(list, anchor, align) {
  const beside = anchor.getBoundingClientRect();
  const gap = 4;
  list.style.minWidth = `${beside.width}px`;
  const { width, height } = list.getBoundingClientRect();
  const left = align === "end" ? beside.right - width : beside.left;
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  const below = beside.bottom + gap;
  const fits = below + height <= innerHeight - 8;
  list.style.top = `${fits ? below : Math.max(8, beside.top - gap - height)}px`;
}

/** A button that opens a menu; arrow down opens it as well. */
export function menuButton(given, children, open) {
  const button = el(
    "button",
    { type: "button", ...given, aria: { haspopup: "listbox", expanded: "false", ...given.aria } },
    ...children,
  );
  button.addEventListener("click", () => open(button));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    open(button);
  });
  return button;
}
