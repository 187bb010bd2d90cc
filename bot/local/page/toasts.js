// Short notes at the bottom of the page, for what did not work.

import { el, icon } from "./dom.js";

const SECONDS = 8;

export function toast(text) {
  const shown = el(
    "div",
    { class: "toast" },
    icon("warning"),
    el("span", {}, text),
    el(
      "button",
      { type: "button", class: "plain", aria: { label: "Dismiss" }, on: { click: () => shown.remove() } },
      icon("close"),
    ),
  );
  const toasts = document.getElementById("toasts");
  while (toasts.children.length > 2) toasts.firstChild.remove();
  toasts.append(shown);
  setTimeout(() => shown.remove(), SECONDS * 1000);
}

/** What came of `asked`, or null after saying why nothing did. */
export async function orToast(asked) {
  try {
    return await asked;
  } catch (refused) {
    toast(refused.message);
    return null;
  }
}
