// JSON to be read: indented, its strings, numbers and keys told apart by colour.

import { el } from "./dom.js";

const PIECE = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

export function json(value) {
  return coloured(JSON.stringify(value, null, 2) ?? "");
}

/** A text that is JSON already, as it stands. */
export function coloured(text) {
  const node = el("pre", { class: "json", tabIndex: 0 });
  let end = 0;
  for (const found of text.matchAll(PIECE)) {
    node.append(text.slice(end, found.index));
    const kind = found[2] !== undefined ? "key" : found[1] !== undefined ? "string" : "number";
    node.append(el("span", { class: `json-${kind}` }, found[1] ?? found[3]), found[2] ?? "");
    end = found.index + found[0].length;
  }
  node.append(text.slice(end));
  return node;
}
