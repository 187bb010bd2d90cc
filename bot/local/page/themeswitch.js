// Light, dark, or whatever the system says; remembered in this browser.

import { el, fill, icon } from "./dom.js";

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const LOOK = { auto: ["auto", "as the system has it"], light: ["sun", "light"], dark: ["moon", "dark"] };

export function themeSwitch() {
  const root = document.documentElement;
  const node = el("button", { type: "button", class: "tool" });
  const show = () => {
    const now = root.dataset.theme ?? "auto";
    const [name, told] = LOOK[now];
    const label = `Colours: ${told}`;
    fill(node, icon(name));
    node.title = label;
    node.setAttribute("aria-label", label);
  };
  node.addEventListener("click", () => {
    const next = NEXT[root.dataset.theme ?? "auto"];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Storage is switched off: it lasts until the page is closed.
    }
    show();
  });
  show();
  return node;
}
