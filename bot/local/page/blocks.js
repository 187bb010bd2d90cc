// Block Kit's blocks, as Slack draws them.

import { el } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { unknown } from "./unknown.js";

/** `surface` is what its elements talk to (see elements.js); `surface.input(block)` draws the field of a form. */
export function blocks(list, surface) {
  return list.map((block) => {
    const node = BLOCKS[block.type]?.(block, surface) ?? unknown(block.type);
    node.dataset.block = block.block_id ?? "";
    return node;
  });
}

const BLOCKS = {
  section: (block, surface) =>
    el(
      "div",
      { class: "section" },
      el(
        "div",
        { class: "section-text" },
        block.text && el("div", { class: "words" }, ...textOf(block.text)),
        block.fields &&
          el(
            "div",
            { class: "section-fields" },
            block.fields.map((field) => el("div", { class: "words" }, ...textOf(field))),
          ),
      ),
      block.accessory && el("div", { class: "accessory" }, element(block.accessory, block, surface)),
    ),
  context: (block, surface) =>
    el(
      "div",
      { class: "context" },
      block.elements.map((one) => element(one, block, surface)),
    ),
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((one) => element(one, block, surface)),
    ),
  header: (block) =>
    el("div", { class: "heading", role: "heading", aria: { level: 3 } }, ...textOf(block.text)),
  divider: () => el("hr", { class: "divider" }),
  rich_text: (block) => richText(block),
  markdown: (block) => el("div", { class: "words" }, ...mrkdwn(block.text)),
  image: (block, surface) => el("div", { class: "section" }, element(block, block, surface)),
  input: (block, surface) => surface.input?.(block) ?? unknown("input"),
};
