// One message: who, when, what, and what can be done with it.

import { blocks } from "../views/blockkit.js";
import { avatar, button, el, icon, tool } from "../dom.js";
import { ask } from "../live.js";
import { address } from "../places.js";
import { state } from "../state.js";
import { ago, clock, full, moment, shortClock } from "../text/dates.js";
import { QUICK, emoji } from "../text/emoji.js";
import { mrkdwn, typed } from "../text/mrkdwn.js";

/** `view` is {channel, inThread, follows, editing, marked, open, edit, inspect}: where it stands and how, and what its
 * buttons lead to. */
export function message(one, view) {
  const author = state.person(one.user);
  const gone = one.subtype === "tombstone";
  const looks = { follows: view.follows, ephemeral: one.is_ephemeral, editing: view.editing, marked: view.marked };
  const content = gone ? el("p", { class: "muted" }, "This message was deleted.") : contents(one, view);
  return el(
    "li",
    {
      class: ["message", ...Object.keys(looks).filter((look) => looks[look])].join(" "),
      tabIndex: -1,
      data: { row: one.ts, key: "row" },
    },
    el("div", { class: "gutter" }, view.follows ? time(one, view) : avatar(author)),
    el(
      "div",
      { class: "body" },
      one.is_ephemeral && onlyForYou(one, view),
      !view.follows &&
        el(
          "div",
          { class: "head" },
          el("span", { class: "author" }, gone ? "Message" : author.real_name),
          author.bot && !gone && el("span", { class: "tag" }, "App"),
          author.stranger && el("span", { class: "tag" }, "External"),
          time(one, view),
        ),
      view.editing ? editor(one, view) : el("div", { class: "content" }, content),
      reactions(one, view),
      !view.inThread && replies(one, view),
      status(one, view),
    ),
    !view.editing && !gone && toolbar(one, view),
  );
}

function time(one, { channel, follows }) {
  const at = moment(one.ts);
  const given = { class: "time", href: address(channel, one.ts), title: full(at), data: { key: "time" } };
  return el("a", { ...given, tabIndex: -1 }, follows ? shortClock(at) : clock(at));
}

function contents(one, view) {
  const where = { where: "message", channel: view.channel, ts: one.ts };
  const surface = {
    press: (block, element, value) =>
      ask("press", { ...where, block_id: block.block_id, action_id: element.action_id, value }),
  };
  const files = (one.files ?? []).map((file) =>
    el("div", { class: "file" }, `File: ${file.name} (${file.size.toLocaleString("en")} bytes)`),
  );
  return [
    one.blocks?.length ? blocks(one.blocks, surface) : el("div", { class: "words" }, ...mrkdwn(one.text ?? "")),
    one.edited && !state.person(one.user).bot && el("span", { class: "edited muted" }, "(edited)"),
    files,
  ];
}

function onlyForYou(one, view) {
  const dismiss = button("plain", () => ask("remove", { channel: view.channel, ts: one.ts }), "Dismiss");
  dismiss.dataset.key = "dismiss";
  return el("div", { class: "only-for-you muted" }, icon("eye"), "Only visible to you", dismiss);
}

const reactedBy = (one, name) => one.reactions?.find((each) => each.name === name)?.users ?? [];

function react(one, view, name) {
  const added = !reactedBy(one, name).includes(state.me);
  return ask("react", { channel: view.channel, ts: one.ts, name, added });
}

function reactions(one, view) {
  if (!one.reactions?.length) return null;
  const each = ({ name, count, users }) => {
    const mine = users.includes(state.me);
    const look = mine ? "reaction mine" : "reaction";
    const node = button(look, () => react(one, view, name), emoji(name), el("span", {}, String(count)));
    node.title = `${users.map((id) => state.person(id).real_name).join(", ")} reacted with :${name}:`;
    node.dataset.key = `reaction ${name}`;
    node.setAttribute("aria-pressed", mine);
    node.setAttribute("aria-label", `${name.replaceAll("_", " ")}, ${count}`);
    return node;
  };
  return el("div", { class: "reactions" }, ...one.reactions.map(each));
}

function replies(one, view) {
  if (!one.reply_count) return null;
  const people = [...new Set(one.reply_users)].slice(0, 4).map((id) => avatar(state.person(id), "small"));
  const count = `${one.reply_count} ${one.reply_count === 1 ? "reply" : "replies"}`;
  const node = button(
    "replies",
    () => view.open(one.ts),
    people,
    el("b", {}, count),
    el("span", { class: "muted" }, `Last reply ${ago(moment(one.latest_reply))}`),
  );
  node.dataset.key = "replies";
  node.setAttribute("aria-label", `${count}, view thread`);
  return node;
}

function status(one, view) {
  const told = state.statuses.get(`${view.channel} ${one.ts}`);
  if (!told) return null;
  const dots = el("span", { class: "dots", aria: { hidden: true } }, el("i"), el("i"), el("i"));
  return el("div", { class: "status muted", role: "status" }, dots, `${state.bot?.real_name ?? "The app"} ${told}`);
}

/** What appears above a message that the pointer or the focus is on. */
function toolbar(one, view) {
  const where = { channel: view.channel, ts: one.ts };
  const own = one.user === state.me;
  const { name, callback } = state.offer.on_message;
  const link = () => navigator.clipboard.writeText(new URL(address(view.channel, one.ts), location.href).href);
  const tools = one.is_ephemeral
    ? []
    : [
        QUICK.map((each) => tool(emoji(each), `React with ${each.replaceAll("_", " ")}`, () => react(one, view, each))),
        !view.inThread && tool("thread", "Reply in thread", () => view.open(one.ts)),
        !state.myself.stranger && tool("ticket", name, () => ask("on", { callback_id: callback, ...where })),
        tool("link", "Copy link to message", link),
        own && tool("edit", "Edit message", () => view.edit(one.ts)),
        (own || state.myself.admin) && tool("trash", "Delete message", () => ask("remove", where)),
      ];
  const inspect = view.inspect(one);
  if (inspect) tools.push(tool("lens", "Inspect", inspect));
  return tools.length > 0 && el("div", { class: "toolbar", role: "toolbar", aria: { label: "This message" } }, tools);
}

/** In the place of the content while it is changed. */
function editor(one, view) {
  const field = el("textarea", {
    class: "field",
    value: typed(one.text),
    rows: 2,
    aria: { label: "Edit message" },
    data: { key: "editor" },
  });
  const save = async () => (await ask("edit", { channel: view.channel, ts: one.ts, text: field.value })) && view.edit("");
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
  const cancel = button("button", () => view.edit(""), "Cancel");
  return el("div", { class: "editor" }, field, el("div", { class: "actions" }, cancel, button("button primary", save, "Save")));
}
