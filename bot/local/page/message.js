// One message: who, when, what, and what can be done with it.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { ago, clock, full, moment } from "./dates.js";
import { el, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { editor, toolbar } from "./messagetools.js";
import { address } from "./places.js";
import { ask, state } from "./shared.js";
import { orToast } from "./toasts.js";

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
