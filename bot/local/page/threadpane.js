// A thread, on the right.

import { Composer } from "./composer.js";
import { el, fill, icon } from "./dom.js";
import { MessageList } from "./messagelist.js";
import { closeThread, place } from "./places.js";
import { state } from "./shared.js";

export class ThreadPane {
  constructor(node, { look }) {
    this.node = node;
    this.where = el("span", { class: "thread-where" });
    this.list = new MessageList({
      label: "Thread",
      channel: () => place.id,
      view: { inThread: true, open: () => {}, look },
    });
    this.composer = new Composer({
      target: () => ({ channel: place.id, thread: place.thread }),
      placeholder: "Reply…",
      edit: () => this.editLatest(),
      sent: () => this.list.toEnd(),
    });
    const close = el(
      "button",
      { type: "button", class: "tool", aria: { label: "Close thread" }, on: { click: () => this.close() } },
      icon("close"),
    );
    fill(
      node,
      el("div", { class: "place-head" }, el("h2", {}, "Thread", this.where), close),
      el("section", { class: "pane" }, this.list.scroller, this.composer.node),
    );
    node.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !event.defaultPrevented && this.close(),
    );
  }

  close() {
    const ts = place.thread;
    closeThread();
    const row = document.querySelector(`.place [data-row="${CSS.escape(ts)}"]`);
    (row?.querySelector(".summary") ?? document.getElementById("composer"))?.focus({ preventScroll: true });
  }

  enter({ focus = false } = {}) {
    this.node.hidden = !place.thread;
    if (!place.thread) return;
    const channel = state.channels.get(place.id);
    fill(this.where, channel.kind === "im" ? "Tickets" : `#${channel.name}`);
    this.list.clear();
    this.list.marked = place.marked;
    this.composer.show(
      channel.bot && channel.kind !== "im" ? "Reply… such as “done: fixed”" : "Reply…",
      `${state.me} ${place.id} ${place.thread}`,
    );
    this.draw();
    if (place.marked && place.marked !== place.thread) this.list.reveal(place.marked);
    else this.list.toEnd();
    if (focus) this.composer.field.focus();
  }

  draw() {
    if (!place.thread) return;
    const shown = state.thread(place.id, place.thread);
    if (!shown.length) {
      closeThread();
      return;
    }
    this.list.draw(shown, { counted: true, days: false });
  }

  editLatest() {
    const own = state
      .thread(place.id, place.thread)
      .filter((one) => one.user === state.me && !one.is_ephemeral)
      .at(-1);
    if (own) this.list.edit(own.ts);
    return Boolean(own);
  }
}
