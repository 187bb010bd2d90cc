// Block Kit's elements: buttons, menus and fields.

import { el, icon } from "./dom.js";
import { menuButton, openMenu } from "./menu.js";
import { textOf } from "./mrkdwn.js";
import { state } from "./shared.js";
import { unknown } from "./unknown.js";

/** `surface.press(block, element, value)` carries out what was pressed; `surface.entered(block, element)` is the state
 * that Slack keeps of an element, if any. */
export function element(one, block, surface) {
  return ELEMENTS[one.type]?.(one, block, surface) ?? unknown(one.type);
}

const ELEMENTS = {
  button(one, block, surface) {
    const label = textOf(one.text);
    const look = `button ${one.style ?? ""}`;
    const given = {
      class: look,
      data: { key: `${block.block_id}/${one.action_id}/${one.value ?? ""}`, action: one.action_id },
      aria: { label: one.accessibility_label },
    };
    if (one.url)
      return el("a", { ...given, href: one.url, target: "_blank", rel: "noopener noreferrer" }, ...label);
    const node = el("button", { ...given, type: "button" }, el("span", { class: "button-text" }, ...label));
    node.addEventListener("click", () => busy(node, surface.press(block, one, one.value ?? null)));
    return node;
  },
  static_select(one, block, surface) {
    const state = surface.entered?.(block, one);
    let chosen = (state ? state.selected_option : one.initial_option) ?? null;
    const text = el("span", { class: "select-text" });
    const show = () => text.replaceChildren(...textOf(chosen?.text ?? one.placeholder));
    const groups = groupsOf(one);
    const node = menuButton(
      {
        class: "select",
        data: { key: `${block.block_id}/${one.action_id}`, action: one.action_id },
        aria: { label: `${plain(one.placeholder)}` },
      },
      [text, icon("down")],
      (anchor) =>
        openMenu(
          anchor,
          groups.map((group) => ({
            label: plain(group.label),
            items: group.options.map((option) => ({ value: option.value, text: plain(option.text) })),
          })),
          (value) => {
            if (value === chosen?.value) return;
            chosen = groups.flatMap((group) => group.options).find((option) => option.value === value);
            show();
            busy(node, surface.press?.(block, one, value));
            node.dispatchEvent(new Event("change", { bubbles: true }));
          },
          { chosen: chosen?.value, label: plain(one.placeholder) },
        ),
    );
    show();
    node.read = () => chosen?.value ?? null;
    return node;
  },
  /** Slack offers every conversation that one is in; which of them the bot is in it does not say. */
  conversations_select(one, block, surface) {
    const options = [...state.channels.values()]
      .filter((channel) => channel.kind !== "im")
      .map((channel) => ({ text: { type: "plain_text", text: `#${channel.name}` }, value: channel.id }));
    const entered = (...place) => {
      const given = surface.entered?.(...place);
      const chosen = given?.selected_option?.value ?? given?.selected_conversation;
      return given && { selected_option: options.find((option) => option.value === chosen) };
    };
    return ELEMENTS.static_select({ ...one, options }, block, { ...surface, entered });
  },
  overflow(one, block, surface) {
    const node = menuButton(
      {
        class: "button overflow",
        data: { key: `${block.block_id}/${one.action_id}`, action: one.action_id },
        aria: { label: "More" },
      },
      [icon("more")],
      (anchor) =>
        openMenu(
          anchor,
          [{ items: one.options.map((option) => ({ value: option.value, text: plain(option.text) })) }],
          (value) => busy(node, surface.press(block, one, value)),
        ),
    );
    return node;
  },
  plain_text_input(one, block, surface) {
    const state = surface.entered?.(block, one);
    const given = {
      class: "field",
      value: (state ? state.value : one.initial_value) ?? "",
      placeholder: plain(one.placeholder),
      data: { key: `${block.block_id}/${one.action_id}`, action: one.action_id },
      autocomplete: "off",
    };
    const node = one.multiline
      ? el("textarea", { ...given, rows: 4 })
      : el("input", { ...given, type: "text" });
    node.read = () => node.value;
    return node;
  },
  // Nothing is fetched from anywhere: a picture is what it is said to be.
  image: (one) => el("span", { class: "picture" }, `Picture: ${one.alt_text}`),
  mrkdwn: (one) => el("span", { class: "words" }, ...textOf(one)),
  plain_text: (one) => el("span", { class: "words" }, ...textOf(one)),
};

export function plain(object) {
  return textOf(object)
    .map((node) => (typeof node === "string" ? node : node.textContent))
    .join("");
}

function groupsOf(one) {
  return one.option_groups ?? [{ label: null, options: one.options ?? [] }];
}

/** Shown as being worked on until `work` is done. */
async function busy(node, work) {
  if (!work) return;
  node.setAttribute("aria-busy", "true");
  try {
    await work;
  } finally {
    node.removeAttribute("aria-busy");
  }
}
