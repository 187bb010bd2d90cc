// One message: who, when, what, and what can be done with it.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { ago, clock, full, moment } from "./dates.js";
import { el, icon } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { menuButton, openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { address } from "./places.js";
import { ask, state } from "./shared.js";
import { orToast } from "./toasts.js";
import { typed } from "./typed.js";

/** `view` is {channel, inThread, follows, editing, open, edit, look}: where it stands, and what its buttons lead to. */
export function message(one, view) {
  const author = state.person(one.user);
  const at = moment(one.ts);
  const gone = one.subtype === "tombstone";
  const kind = [
    "message",
    view.follows && "follows",
    one.is_ephemeral && "ephemeral",
    view.editing && "editing",
    view.marked && "marked",
  ]
    .filter(Boolean)
    .join(" ");
  const time = el(
    "a",
    {
      class: "time",
      href: address(view.channel, one.ts),
      title: full(at),
      tabIndex: view.follows ? -1 : 0,
      data: { key: "time" },
    },
    clock(at),
  );
  return el(
    "li",
    { class: kind, tabIndex: -1, data: { row: one.ts, key: "row" } },
    el("div", { class: "gutter" }, view.follows ? time : avatar(author)),
    el(
      "div",
      { class: "body" },
      one.is_ephemeral && whisper(one, view),
      !view.follows &&
        el(
          "div",
          { class: "head" },
          el("span", { class: "author" }, gone ? "Message" : author.real_name),
          author.bot && !gone && el("span", { class: "tag" }, "App"),
          author.stranger && el("span", { class: "tag" }, "External"),
          time,
        ),
      view.editing
        ? editor(one, view)
        : el(
            "div",
            { class: "content" },
            gone ? el("p", { class: "gone" }, "This message was deleted.") : content(one, view),
          ),
      reactions(one, view),
      !view.inThread && summary(one, view),
      status(one, view),
    ),
    !view.editing && !gone && toolbar(one, view),
  );
}

function content(one, view) {
  const surface = {
    press: (block, element, value) =>
      orToast(
        ask("press", {
          where: "message",
          channel: view.channel,
          ts: one.ts,
          block_id: block.block_id,
          action_id: element.action_id,
          value,
        }),
      ),
  };
  const drawn = one.blocks?.length
    ? blocks(one.blocks, surface)
    : [el("div", { class: "words" }, ...mrkdwn(one.text ?? ""))];
  const edited = one.edited && !state.person(one.user).bot && el("span", { class: "edited" }, "(edited)");
  const files = (one.files ?? []).map((file) =>
    el("div", { class: "file" }, `File: ${file.name} (${file.size.toLocaleString("en")} bytes)`),
  );
  return [...drawn, edited, ...files];
}

function whisper(one, view) {
  const dismiss = el(
    "button",
    {
      type: "button",
      class: "plain",
      data: { key: "dismiss" },
      on: { click: () => orToast(ask("remove", { channel: view.channel, ts: one.ts })) },
    },
    "Dismiss",
  );
  return el("div", { class: "whisper" }, icon("eye"), "Only visible to you", dismiss);
}

function reactions(one, view) {
  if (!one.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    one.reactions.map((each) => {
      const mine = each.users.includes(state.me);
      const names = each.users.map((id) => state.person(id).real_name).join(", ");
      const toggle = () =>
        orToast(ask("react", { channel: view.channel, ts: one.ts, name: each.name, added: !mine }));
      return el(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          title: `${names} reacted with :${each.name}:`,
          data: { key: `reaction ${each.name}`, reaction: each.name },
          aria: { pressed: mine, label: `${each.name.replaceAll("_", " ")}, ${each.count}` },
          on: { click: toggle },
        },
        emoji(each.name),
        el("span", {}, String(each.count)),
      );
    }),
  );
}

function summary(one, view) {
  if (!one.reply_count) return null;
  const people = [...new Set(one.reply_users)].slice(0, 4).map((id) => avatar(state.person(id), "small"));
  const count = `${one.reply_count} ${one.reply_count === 1 ? "reply" : "replies"}`;
  return el(
    "button",
    {
      type: "button",
      class: "summary",
      data: { key: "summary" },
      aria: { label: `${count}, view thread` },
      on: { click: () => view.open(one.ts) },
    },
    people,
    el("span", { class: "summary-count" }, count),
    el("span", { class: "summary-ago" }, `Last reply ${ago(moment(one.latest_reply))}`),
    el("span", { class: "summary-view" }, "View thread"),
  );
}

function status(one, view) {
  const told = state.status(view.channel, one.ts);
  if (!told) return null;
  return el(
    "div",
    { class: "status", role: "status" },
    el("span", { class: "dots", aria: { hidden: "true" } }, el("i"), el("i"), el("i")),
    `${state.bot?.real_name ?? "The app"} ${told}`,
  );
}

function toolbar(one, view) {
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
  const look = view.look(one) && tool("lens", "Look inside", () => view.look(one)());
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

function editor(one, view) {
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
