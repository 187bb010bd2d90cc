// The channels on the left, with what is new in them. Up and down go from one to the next.

import { avatar } from "./avatar.js";
import { el, fill, icon, keepFocus } from "./dom.js";
import { address, place } from "./places.js";
import { state } from "./shared.js";

export function sidebar(node) {
  const draw = () => keepFocus(node, () => fill(node, ...sections()));
  state.on("state channels messages reads place", draw);
  node.addEventListener("keydown", move);
}

function sections() {
  const channels = [...state.channels.values()].filter((one) => one.kind !== "im");
  return [
    section("Channels", channels.map(channel)),
    state.dm && section("Apps", [app(state.dm)]),
    el("p", { class: "side-hint" }, "Be somebody else, top right, and see what changes."),
  ];
}

function section(name, items) {
  const id = `side-${name.toLowerCase()}`;
  return el(
    "section",
    {},
    el("h2", { id }, name),
    el(
      "ul",
      { aria: { labelledby: id } },
      items.map((one) => el("li", {}, one)),
    ),
  );
}

function channel(one) {
  const here = place.kind === "channel" && place.id === one.id;
  return item(
    one.id,
    here,
    address(one.id),
    icon(one.kind === "private" ? "lock" : "hash", one.kind === "private" ? "private" : ""),
    one.name,
    [
      one.shared && icon("shared", "shared with another organisation"),
      !one.bot && el("span", { class: "side-mark", title: "The bot is not in this channel" }, "no bot"),
    ],
  );
}

function app(one) {
  const here = place.id === one.id;
  const bot = state.bot;
  return item(one.id, here, "/home", avatar(bot, "small"), bot.real_name, []);
}

function item(id, here, href, before, name, after) {
  const { bold, count } = here && place.kind === "channel" ? { bold: false, count: 0 } : state.unread(id);
  const first = place.id === id;
  return el(
    "a",
    {
      class: `side-item${bold ? " unread" : ""}`,
      href,
      tabIndex: first ? 0 : -1,
      data: { key: id },
      aria: { current: here ? "page" : null },
    },
    before,
    el("span", { class: "side-name" }, name),
    after,
    count > 0 && el("span", { class: "badge", aria: { label: `${count} new for you` } }, String(count)),
    bold && !count && el("span", { class: "visually-hidden" }, "(new messages)"),
  );
}

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...event.currentTarget.querySelectorAll(".side-item")];
  const at = items.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, at + step))].focus();
}
