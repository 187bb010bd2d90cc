// Block Kit as Slack draws it. `surface` is what its elements talk to: `press(block, element, value)` carries out what
// was pressed, `entered(block, element)` is the state that Slack keeps of an element, `input(block)` draws a form's field.

import { el, unknown } from "../dom.js";
import { state } from "../state.js";
import { mrkdwn, plain, textOf } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";

export function blocks(list, surface) {
  return list.map((block) => {
    const node = BLOCKS[block.type]?.(block, surface) ?? unknown(block.type);
    node.dataset.block = block.block_id ?? "";
    return node;
  });
}

const words = (text) => el("div", { class: "words" }, ...textOf(text));
const row = (look) => (block, surface) =>
  el("div", { class: look }, ...block.elements.map((one) => element(one, block, surface)));

const BLOCKS = {
  section: (block, surface) =>
    el(
      "div",
      { class: "section" },
      el(
        "div",
        { class: "section-text" },
        block.text && words(block.text),
        block.fields && el("div", { class: "section-fields" }, ...block.fields.map(words)),
      ),
      block.accessory && element(block.accessory, block, surface),
    ),
  context: row("context"),
  actions: row("actions"),
  header: (block) => el("div", { class: "heading", role: "heading", aria: { level: 3 } }, ...textOf(block.text)),
  divider: () => el("hr"),
  rich_text: (block) => richText(block),
  markdown: (block) => el("div", { class: "words" }, ...mrkdwn(block.text)),
  image: (block, surface) => el("div", { class: "section" }, element(block, block, surface)),
  input: (block, surface) => surface.input?.(block) ?? unknown("input"),
};

export function element(one, block, surface) {
  return ELEMENTS[one.type]?.(one, block, surface) ?? unknown(one.type);
}

const names = (one, block, value = "") => ({
  data: { key: `${block.block_id}/${one.action_id}/${value}`, action: one.action_id },
});

const ELEMENTS = {
  button(one, block, surface) {
    const label = el("span", { class: "button-text" }, ...textOf(one.text));
    const given = {
      class: `button ${one.style ?? ""}`,
      ...names(one, block, one.value),
      aria: { label: one.accessibility_label },
    };
    if (one.url) return el("a", { ...given, href: one.url, target: "_blank", rel: "noopener noreferrer" }, label);
    const node = el("button", { type: "button", ...given }, label);
    node.addEventListener("click", () => busy(node, surface.press(block, one, one.value ?? null)));
    return node;
  },
  static_select(one, block, surface) {
    const kept = surface.entered?.(block, one);
    const chosen = (kept ? kept.selected_option : one.initial_option)?.value ?? "";
    const label = plain(one.placeholder);
    const option = ({ value, text }) => el("option", { value, selected: value === chosen }, plain(text));
    const node = el(
      "select",
      { class: "select", ...names(one, block), aria: { label } },
      el("option", { value: "", hidden: true, selected: !chosen }, label),
      (one.option_groups ?? []).map((group) =>
        el("optgroup", { label: plain(group.label) }, ...group.options.map(option)),
      ),
      (one.options ?? []).map(option),
    );
    node.addEventListener("change", async () => {
      if (!surface.press) return;
      await busy(node, surface.press(block, one, node.value));
      if (!surface.entered && !one.initial_option) node.value = ""; // a menu of commands: any can be chosen again
    });
    // Where choosing is acting, the keys open the list first: closed, a browser chooses with every key.
    node.addEventListener("keydown", (event) => {
      if (!surface.press || event.ctrlKey || event.metaKey || !/^(.|Arrow.+|Home|End|Page.+)$/.test(event.key)) return;
      event.preventDefault();
      node.showPicker();
    });
    node.read = () => node.value || null;
    return node;
  },
  /** Slack offers every conversation that one is in; which of them the bot is in it does not say. */
  conversations_select(one, block, surface) {
    const options = [...state.channels.values()]
      .filter((channel) => channel.kind !== "im")
      .map((channel) => ({ text: { type: "plain_text", text: `#${channel.name}` }, value: channel.id }));
    const entered = (...where) => {
      const kept = surface.entered?.(...where);
      return kept && { selected_option: options.find((option) => option.value === kept.selected_conversation) };
    };
    return ELEMENTS.static_select({ ...one, options }, block, { ...surface, entered });
  },
  overflow: (one, block, surface) =>
    ELEMENTS.static_select({ ...one, placeholder: { type: "plain_text", text: "More" } }, block, surface),
  plain_text_input(one, block, surface) {
    const kept = surface.entered?.(block, one);
    const node = el(one.multiline ? "textarea" : "input", {
      class: "field",
      value: (kept ? kept.value : one.initial_value) ?? "",
      placeholder: plain(one.placeholder),
      autocomplete: "off",
      ...names(one, block),
    });
    if (one.multiline) node.rows = 4;
    node.read = () => node.value;
    return node;
  },
  // Nothing is fetched from anywhere: a picture is what it is said to be.
  image: (one) => el("span", { class: "picture" }, `Picture: ${one.alt_text}`),
  mrkdwn: words,
  plain_text: words,
};

/** Shown as being worked on until `work` is done. */
export async function busy(node, work) {
  node.setAttribute("aria-busy", "true");
  try {
    return await work;
  } finally {
    node.removeAttribute("aria-busy");
  }
}
