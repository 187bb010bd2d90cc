// The line above the middle: where one is and who else is here; for the app, its two tabs.

import { avatar } from "./avatar.js";
import { el, fill, icon, keepFocus } from "./dom.js";
import { address, go, place } from "./places.js";
import { state } from "./shared.js";

export function placeHead(node) {
  const draw = () => keepFocus(node, () => fill(node, ...parts()));
  state.on("state channels place", draw);
}

function parts() {
  const channel = state.channels.get(place.id);
  if (!channel) return [];
  if (channel.kind === "im")
    return [
      el("h2", {}, avatar(state.bot, "small"), "Tickets", el("span", { class: "tag" }, "App")),
      tabs(channel),
    ];
  const people = channel.members.map((id) => state.person(id));
  return [
    el(
      "h2",
      {},
      icon(channel.kind === "private" ? "lock" : "hash"),
      channel.name,
      channel.shared && el("span", { class: "tag" }, "Shared"),
    ),
    el(
      "div",
      { class: "members", title: people.map((one) => one.real_name).join(", ") },
      people.slice(0, 4).map((one) => avatar(one, "small")),
      el("span", {}, String(people.length)),
    ),
  ];
}

function tabs(channel) {
  const tab = (key, name, path, here) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        data: { key },
        tabIndex: here ? 0 : -1,
        aria: { selected: here },
        on: { click: () => go(path) },
      },
      name,
    );
  const home = place.kind === "home";
  const list = el(
    "div",
    { class: "tabs", role: "tablist", aria: { label: "Tickets" } },
    tab("home", "Home", "/home", home),
    tab("messages", "Messages", address(channel.id), !home),
  );
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const to = home ? address(channel.id) : "/home";
    go(to);
    list.ownerDocument.querySelector('.tabs [aria-selected="true"]')?.focus();
  });
  return list;
}
