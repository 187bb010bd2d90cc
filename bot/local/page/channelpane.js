// The middle: a channel, or the direct messages with the app.

import { Composer } from "./composer.js";
import { el, fill, icon } from "./dom.js";
import { MessageList } from "./messagelist.js";
import { openThread, place } from "./places.js";
import { ask, state } from "./shared.js";

export class ChannelPane {
  constructor({ look }) {
    this.head = el("div", { class: "place-head" });
    this.list = new MessageList({
      label: "Messages",
      channel: () => place.id,
      view: { inThread: false, open: (ts) => openThread(ts), look },
    });
    this.composer = new Composer({
      id: "composer",
      target: () => ({ channel: place.id, thread: "" }),
      placeholder: "Message",
      edit: () => this.editLatest(),
      sent: () => this.list.toEnd(),
    });
    this.intro = el("div", { class: "intro" });
    this.list.scroller.prepend(this.intro);
    this.node = el(
      "section",
      { class: "pane", aria: { label: "Channel" } },
      this.list.scroller,
      this.composer.node,
    );
    this.list.scroller.addEventListener("scroll", () => this.read(), { passive: true });
    addEventListener("focus", () => this.read());
  }

  /** Another channel, or another person in the same one. */
  enter() {
    const channel = state.channels.get(place.id);
    this.fresh = freshAfter(place.id);
    this.list.clear();
    this.list.marked = place.thread ? "" : place.marked;
    this.composer.show(placeholder(channel), `${state.me} ${place.id}`);
    this.draw();
    if (place.marked && !place.thread) this.list.reveal(place.marked);
    else this.list.toEnd();
    this.read();
  }

  draw() {
    const channel = state.channels.get(place.id);
    if (!channel) return;
    fill(this.intro, ...introduction(channel));
    this.list.draw(state.roots(channel.id), { fresh: this.fresh });
    this.read();
  }

  /** What is on the screen has been read. */
  read() {
    if (place.kind !== "channel" || !this.node.isConnected || document.hidden) return;
    const { scrollHeight, scrollTop, clientHeight } = this.list.scroller;
    const latest = state.all(place.id).at(-1)?.ts;
    if (latest && scrollHeight - scrollTop - clientHeight < 40 && state.markRead(place.id, latest))
      ask("read", { channel: place.id, ts: latest }).catch(() => {});
  }

  editLatest() {
    const own = state
      .roots(place.id)
      .filter((one) => one.user === state.me && !one.is_ephemeral)
      .at(-1);
    if (own) this.list.edit(own.ts);
    return Boolean(own);
  }
}

/** Up to where this person had read when they came, if anything was new to them; "" where the line is not drawn. */
function freshAfter(channel) {
  const read = state.reads[channel] ?? "";
  return read && state.roots(channel).some((one) => one.ts > read && one.user !== state.me) ? read : "";
}

function placeholder(channel) {
  if (!channel) return "Message";
  return channel.kind === "im" ? "Message Tickets" : `Message #${channel.name}`;
}

function introduction(channel) {
  if (channel.kind === "im")
    return [
      el("h2", {}, "Tickets"),
      el(
        "p",
        {},
        "Between you and the app. Write as you would in a channel, without the mention: ",
        el("code", {}, "create API timeout, urgent"),
      ),
    ];
  const kind =
    channel.kind === "private"
      ? "A private channel: only its members see it."
      : channel.shared
        ? "A channel shared with another organisation."
        : "A public channel.";
  const bot = channel.bot
    ? [
        "Try ",
        el("code", {}, "@tickets create API timeout, urgent"),
        " or ",
        el("code", {}, "/ticket view open"),
        ".",
      ]
    : ["The bot is not here yet: ", el("code", {}, "/invite @tickets"), " brings it in."];
  return [
    el("h2", {}, icon(channel.kind === "private" ? "lock" : "hash"), channel.name),
    el("p", {}, kind, " ", bot),
  ];
}
