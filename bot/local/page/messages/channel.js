// The middle: a channel, or the direct messages with the app.

import { busy } from "../views/blockkit.js";
import { button, el, fill } from "../dom.js";
import { ask, request } from "../live.js";
import { openThread, place } from "../places.js";
import { state } from "../state.js";
import { Composer } from "./composer.js";
import { MessageList } from "./list.js";

export class ChannelPane {
  constructor(inspector) {
    this.list = new MessageList({
      label: "Messages",
      channel: () => place.id,
      view: { inThread: false, open: openThread, inspect: (one) => inspector.of(one, place.id) },
    });
    this.composer = new Composer({
      id: "composer",
      target: () => ({ channel: place.id, thread: "" }),
      edit: () => this.list.editLatest(),
      sent: () => this.list.toEnd(),
    });
    this.intro = el("div", { class: "intro" });
    this.list.scroller.prepend(this.intro);
    this.node = el("section", { class: "pane", aria: { label: "Channel" } }, this.list.scroller, this.composer.node);
    this.list.scroller.addEventListener("scroll", () => this.read(), { passive: true });
    addEventListener("focus", () => this.read());
  }

  /** Another channel, or another person in the same one. */
  enter() {
    const channel = state.channels.get(place.id);
    this.fresh = freshAfter(place.id);
    this.list.clear();
    this.list.marked = place.thread ? "" : place.marked;
    const name = channel?.kind === "im" ? "Tickets" : `#${channel?.name}`;
    this.composer.show(channel ? `Message ${name}` : "Message", `${state.me} ${place.id}`);
    this.draw();
    if (this.list.marked) this.list.reveal(place.marked);
    else this.list.toEnd();
  }

  draw() {
    const channel = state.channels.get(place.id);
    if (!channel) return;
    const messages = state.roots(channel.id);
    fill(this.intro, ...this.introduction(channel, !messages.length));
    this.list.draw(messages, { fresh: this.fresh });
    this.read();
  }

  /** What is on the screen has been read. */
  read() {
    if (place.kind !== "channel" || !this.node.isConnected || document.hidden) return;
    const latest = state.all(place.id).at(-1)?.ts;
    if (latest && this.list.toBottom() < 40 && state.markRead(place.id, latest))
      request("read", { channel: place.id, ts: latest }).catch(() => {});
  }

  /** What stands above the first message; in an `empty` channel, what to try. */
  introduction(channel, empty) {
    const direct = channel.kind === "im";
    const about = direct ? "Between you and the app." : ABOUT[channel.shared ? "shared" : channel.kind];
    const heading = [el("h2", {}, direct ? "Tickets" : `#${channel.name}`), el("p", {}, about)];
    if (!direct && !channel.bot)
      return [...heading, el("p", {}, "The bot is not in this channel. Invite it:"), this.tries(["/invite @tickets"])];
    if (!empty) return heading;
    const first = direct ? state.offer.first.map((words) => words.replace(/^@tickets /, "")) : state.offer.first;
    const load = button("button", () => busy(load, ask("samples")), "Load sample tickets");
    return [
      ...heading,
      el("p", {}, "Nothing has been said here yet. Try one of these, or write in your own words:"),
      this.tries(first),
      state.samples && state.empty && el("p", { class: "samples" }, load, "to see a workspace with history: people, tickets and threads, all made up."),
    ];
  }

  tries(sentences) {
    const one = (words) => el("li", {}, button("try", () => this.composer.propose(words), words));
    return el("ul", { class: "tries" }, ...sentences.map(one));
  }
}

const ABOUT = {
  private: "A private channel: only its members see it.",
  shared: "A channel shared with another organisation.",
  public: "A public channel.",
};

/** Up to where this person had read when they came, if anything was new to them; "" where the line is not drawn. */
function freshAfter(channel) {
  const read = state.reads[channel] ?? "";
  return read && state.roots(channel).some((one) => one.ts > read && one.user !== state.me) ? read : "";
}
