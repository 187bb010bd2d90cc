// A thread, on the right.

import { el, fill, tool } from "../dom.js";
import { openThread, place } from "../places.js";
import { state } from "../state.js";
import { Composer } from "./composer.js";
import { MessageList } from "./list.js";

export class ThreadPane {
  constructor(node, inspector) {
    this.node = node;
    this.where = el("span", { class: "muted" });
    this.list = new MessageList({
      label: "Thread",
      channel: () => place.id,
      view: { inThread: true, inspect: (one) => inspector.of(one, place.id) },
    });
    this.composer = new Composer({
      target: () => ({ channel: place.id, thread: place.thread }),
      edit: () => this.list.editLatest(),
      sent: () => this.list.toEnd(),
    });
    const close = tool("close", "Close thread", () => this.close());
    fill(
      node,
      el("div", { class: "place-head" }, el("h2", {}, "Thread", this.where), close),
      el("section", { class: "pane" }, this.list.scroller, this.composer.node),
    );
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
  }

  close() {
    const row = document.querySelector(`.place [data-row="${CSS.escape(place.thread)}"]`);
    openThread("");
    (row?.querySelector(".replies") ?? document.getElementById("composer"))?.focus({ preventScroll: true });
  }

  enter({ focus = false } = {}) {
    this.node.hidden = !place.thread;
    if (!place.thread) return;
    const channel = state.channels.get(place.id);
    const direct = channel.kind === "im";
    fill(this.where, direct ? "Tickets" : `#${channel.name}`);
    this.list.clear();
    this.list.marked = place.marked;
    const label = channel.bot && !direct ? "Reply… such as “done: fixed”" : "Reply…";
    this.composer.show(label, `${state.me} ${place.id} ${place.thread}`);
    this.draw();
    if (place.marked && place.marked !== place.thread) this.list.reveal(place.marked);
    else this.list.toEnd();
    if (focus) this.composer.field.focus();
  }

  draw() {
    if (!place.thread) return;
    const shown = state.thread(place.id, place.thread);
    if (shown.length) this.list.draw(shown, { counted: true });
    else openThread("");
  }
}
