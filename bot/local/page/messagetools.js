// What can be done with a message: react, reply, make a ticket of it, look inside, edit, delete.

import { el, icon } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { menuButton, openMenu } from "./menu.js";
import { address } from "./places.js";
import { ask, state } from "./shared.js";
import { orToast } from "./toasts.js";
import { typed } from "./typed.js";

/** What appears above a message that the pointer or the focus is on. */
export function toolbar(one, view) {
  const where = { channel: view.channel, ts: one.ts };
  const tool = (name, label, act) =>
    el(
      "button",
      {
        type: "button",
        class: "tool",
        title: label,
        data: { key: label },
        aria: { label },
        on: { click: act },
      },
      icon(name),
    );
  const look = view.look(one) && tool("lens", "Inspector", () => view.look(one)());
  if (one.is_ephemeral)
    return look
      ? el("div", { class: "toolbar", role: "toolbar", aria: { label: "This message" } }, look)
      : null;
  const { name, callback } = state.offer.on_message;
  const create =
    !state.myself.stranger &&
    tool("ticket", name, () => orToast(ask("on", { callback_id: callback, ...where })));
  const quick = QUICK.map((each) =>
    el(
      "button",
      {
        type: "button",
        class: "tool",
        title: `React with :${each}:`,
        data: { key: `quick ${each}` },
        aria: { label: `React with ${each.replaceAll("_", " ")}` },
        on: { click: () => orToast(ask("react", { ...where, name: each, added: !mine(one, each) })) },
      },
      emoji(each),
    ),
  );
  return el(
    "div",
    { class: "toolbar", role: "toolbar", aria: { label: "This message" } },
    quick,
    !view.inThread && tool("thread", "Reply in thread", () => view.open(one.ts)),
    create,
    look,
    more(one, view, where),
  );
}

function mine(one, name) {
  return one.reactions?.some((each) => each.name === name && each.users.includes(state.me)) ?? false;
}

function more(one, view, where) {
  const own = one.user === state.me;
  const items = [
    !state.myself.stranger && { value: "on", text: state.offer.on_message.name, before: icon("ticket") },
    { value: "link", text: "Copy link to message" },
    own && { value: "edit", text: "Edit message" },
    (own || state.myself.admin) && { value: "remove", text: "Delete message" },
  ].filter(Boolean);
  const act = {
    on: () => orToast(ask("on", { callback_id: state.offer.on_message.callback, ...where })),
    link: () =>
      orToast(navigator.clipboard.writeText(new URL(address(view.channel, one.ts), location.href).href)),
    edit: () => view.edit(one.ts),
    remove: () => orToast(ask("remove", where)),
  };
  return menuButton(
    { class: "tool", title: "More actions", data: { key: "more" }, aria: { label: "More actions" } },
    [icon("more")],
    (anchor) => openMenu(anchor, [{ items }], (value) => act[value](), { align: "end" }),
  );
}

/** In the place of the content while it is changed. */
export function editor(one, view) {
  const field = el("textarea", {
    class: "field",
    value: typed(one.text, state),
    rows: 2,
    aria: { label: "Edit message" },
    data: { key: "editor" },
  });
  const save = async () => {
    const done = await orToast(ask("edit", { channel: view.channel, ts: one.ts, text: field.value }));
    if (done) view.edit("");
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.edit("");
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  queueMicrotask(() => {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
  return el(
    "div",
    { class: "editor" },
    field,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "button", on: { click: () => view.edit("") } }, "Cancel"),
      el("button", { type: "button", class: "button primary", on: { click: save } }, "Save"),
    ),
  );
}
