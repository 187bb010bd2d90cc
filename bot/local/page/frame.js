// What stands around the messages: the channels, the line above the middle, the person and the theme.

import { avatar, button, el, fill, icon, keepFocus } from "./dom.js";
import { ask } from "./live.js";
import { address, go, place } from "./places.js";
import { state } from "./state.js";

/** The channels, with what is new in them. Arrow up and down go from one to the next. */
export function sidebar(node) {
  const draw = () => keepFocus(node, () => fill(node, ...sections()));
  state.on("state channels messages reads place", draw);
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...node.querySelectorAll(".side-item")];
    const at = items.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    items[Math.max(0, Math.min(items.length - 1, at + step))].focus();
  });
}

function sections() {
  const channels = [...state.channels.values()].filter((one) => one.kind !== "im");
  return [
    section("Channels", channels.map(channel)),
    state.dm && section("Apps", [item(state.dm.id, "/home", avatar(state.bot, "small"), state.bot.real_name)]),
    el("p", { class: "side-hint" }, "Switch person (top right) to see what they see."),
  ];
}

function section(name, items) {
  const list = el("ul", { aria: { label: name } }, ...items.map((one) => el("li", {}, one)));
  return el("section", {}, el("h2", {}, name), list);
}

function channel(one) {
  return item(one.id, address(one.id), kindIcon(one), one.name, [
    one.shared && icon("shared", "shared with another organisation"),
    !one.bot && el("span", { class: "side-mark", title: "The bot is not in this channel" }, "no bot"),
  ]);
}

function kindIcon(channel) {
  return channel.kind === "private" ? icon("lock", "private") : icon("hash");
}

function item(id, href, before, name, after = []) {
  const here = place.id === id;
  const { bold, count } = here && place.kind === "channel" ? {} : state.unread(id);
  return el(
    "a",
    {
      class: bold ? "side-item unread" : "side-item",
      href,
      tabIndex: here ? 0 : -1,
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

/** The line above the middle: where one is and who else is here; for the app, its two tabs. */
export function placeHead() {
  const node = el("div", { class: "place-head" });
  state.on("state channels place", () => keepFocus(node, () => fill(node, ...headParts())));
  return node;
}

function headParts() {
  const channel = state.channels.get(place.id);
  if (!channel) return [];
  if (channel.kind === "im") {
    const name = el("h2", {}, avatar(state.bot, "small"), "Tickets", el("span", { class: "tag" }, "App"));
    return [name, tabs(channel)];
  }
  const people = channel.members.map((id) => state.person(id));
  const shared = channel.shared && el("span", { class: "tag" }, "Shared");
  return [
    el("h2", {}, kindIcon(channel), channel.name, shared),
    el(
      "div",
      { class: "members", title: people.map((one) => one.real_name).join(", ") },
      people.slice(0, 4).map((one) => avatar(one, "small")),
      el("span", {}, String(people.length)),
    ),
  ];
}

function tabs(channel) {
  const home = place.kind === "home";
  const tab = (name, path, here) => {
    const given = { role: "tab", data: { key: name }, tabIndex: here ? 0 : -1, aria: { selected: here } };
    return el("button", { type: "button", ...given, on: { click: () => go(path) } }, name);
  };
  const list = el(
    "div",
    { class: "tabs", role: "tablist", aria: { label: "Tickets" } },
    tab("Home", "/home", home),
    tab("Messages", address(channel.id), !home),
  );
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    go(home ? address(channel.id) : "/home");
    document.querySelector('.tabs [aria-selected="true"]').focus();
  });
  return list;
}

/** Who one is on this page, and who one could be. */
export function personSwitch() {
  const node = el("select", { class: "me", on: { change: () => ask("be", { user: node.value }) } });
  state.on("state", () => {
    sessionStorage.setItem("me", state.me);
    node.title = `You are ${state.myself.real_name}, ${state.myself.about}. Switch person`;
    node.setAttribute("aria-label", node.title);
    const people = [...state.people.values()].filter((one) => one.playable);
    const option = (one) =>
      el("option", { value: one.id, selected: one.id === state.me }, `${one.real_name} (${one.about})`);
    fill(node, ...people.map(option));
  });
  return node;
}

const THEMES = ["auto", "light", "dark"];
const LOOKS = { auto: ["auto", "system"], light: ["sun", "light"], dark: ["moon", "dark"] };

/** Light, dark, or what the system says; remembered in this browser. */
export function themeSwitch() {
  const root = document.documentElement;
  const now = () => root.dataset.theme ?? "auto";
  const node = button("tool", () => {
    const next = THEMES[(THEMES.indexOf(now()) + 1) % THEMES.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Storage is switched off: the choice lasts until the page is closed.
    }
    show();
  });
  const show = () => {
    const [sign, name] = LOOKS[now()];
    fill(node, icon(sign));
    node.title = `Theme: ${name}`;
    node.setAttribute("aria-label", node.title);
  };
  show();
  return node;
}
