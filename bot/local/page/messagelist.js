// A list of messages that changes where it must and nowhere else, stays at its end, and can be walked with the arrows.

import { day, moment, sameDay } from "./dates.js";
import { el, keepFocus } from "./dom.js";
import { message } from "./message.js";
import { state } from "./shared.js";

const TOGETHER = 5 * 60;
const NEAR_END = 80;

export class MessageList {
  /** `channel()` is where its messages stand; `view` is what message.js needs beside that. */
  constructor({ label, channel, view }) {
    Object.assign(this, { channel, view, drawn: new Map(), editing: "", marked: "" });
    this.node = el("ol", { class: "messages", role: "log", aria: { label } });
    this.scroller = el("div", { class: "scroller", tabIndex: -1 }, this.node);
    this.atEnd = true;
    this.scroller.addEventListener("scroll", () => (this.atEnd = this.nearEnd()), { passive: true });
    // What is at its end stays there when the room around it changes.
    const resized = new ResizeObserver(() => this.atEnd && this.toEnd());
    resized.observe(this.scroller);
    resized.observe(this.node);
    this.node.addEventListener("keydown", (event) => this.walk(event));
    this.node.addEventListener("focusin", (event) => this.rove(event.target.closest(".message")));
  }

  clear() {
    this.drawn.clear();
    this.node.replaceChildren();
    this.editing = "";
  }

  edit(ts) {
    this.editing = ts;
    this.draw(this.shown ?? [], this.options);
    if (!ts) this.scroller.parentElement?.querySelector(".composer-field")?.focus();
  }

  /** `messages` in their order; `fresh` is the timestamp after which everything is new, `counted` shows how many
   * replies follow the first. */
  draw(messages, options = {}) {
    Object.assign(this, { shown: messages, options });
    keepFocus(this.node, () => this.arrange(this.rows(messages, options)));
    if (this.atEnd) this.toEnd();
  }

  nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  toEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  reveal(ts) {
    const row = this.node.querySelector(`[data-row="${CSS.escape(ts)}"]`);
    row?.scrollIntoView({ block: "center" });
    this.atEnd = this.nearEnd();
    row?.focus({ preventScroll: true });
  }

  rows(messages, { fresh = "", counted = false, days = true }) {
    const rows = [];
    let before = null;
    let told = !fresh;
    for (const one of messages) {
      const newDay = days && (!before || !sameDay(moment(before.ts), moment(one.ts)));
      if (newDay)
        rows.push({
          key: `day ${moment(one.ts).toDateString()}`,
          make: () => divider("day", day(moment(one.ts))),
          sign: day(moment(one.ts)),
        });
      const isNew = !told && one.ts > fresh && one.user !== state.me;
      if (isNew) rows.push({ key: "new", make: () => divider("new", "New"), sign: "" });
      told ||= isNew;
      const follows = Boolean(before) && !newDay && !isNew && !counted && together(before, one);
      rows.push(this.row(one, follows));
      if (counted && one === messages[0]) rows.push(count(messages.length - 1));
      before = one;
    }
    return rows;
  }

  row(one, follows) {
    const channel = this.channel();
    const editing = this.editing === one.ts;
    const marked = this.marked === one.ts;
    const sign = editing
      ? "editing"
      : JSON.stringify([
          one,
          follows,
          marked,
          state.status(channel, one.ts),
          state.me,
          Boolean(this.view.look(one)),
        ]);
    const view = { ...this.view, channel, follows, editing, marked, edit: (ts) => this.edit(ts) };
    return { key: one.ts, sign, make: () => message(one, view) };
  }

  arrange(rows) {
    const kept = new Map();
    let next = this.node.firstChild;
    for (const { key, sign, make } of rows) {
      const before = this.drawn.get(key);
      const same = before && before.sign === sign;
      const node = same ? before.node : make();
      kept.set(key, { sign, node });
      if (before && !same) {
        if (next === before.node) next = before.node.nextSibling;
        before.node.remove();
      }
      if (node === next) next = next.nextSibling;
      else this.node.insertBefore(node, next);
    }
    for (const [key, { node }] of this.drawn) if (!kept.has(key)) node.remove();
    this.drawn = kept;
    if (!this.node.querySelector('.message[tabindex="0"]'))
      this.rove([...this.node.querySelectorAll(".message")].at(-1));
  }

  rove(row) {
    if (!row) return;
    for (const one of this.node.querySelectorAll('.message[tabindex="0"]')) one.tabIndex = -1;
    row.tabIndex = 0;
  }

  walk(event) {
    const rows = [...this.node.querySelectorAll(".message")];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))].focus();
  }
}

function together(before, one) {
  return (
    before.user === one.user &&
    !before.is_ephemeral === !one.is_ephemeral &&
    !before.reply_count &&
    before.subtype !== "tombstone" &&
    Number(one.ts) - Number(before.ts) < TOGETHER
  );
}

function divider(kind, text) {
  return el(
    "li",
    { class: `between ${kind}`, role: "separator", aria: { label: text } },
    el("span", {}, text),
  );
}

function count(number) {
  const text = number ? `${number} ${number === 1 ? "reply" : "replies"}` : "No replies yet";
  return {
    key: "count",
    sign: text,
    make: () =>
      el("li", { class: "between count", role: "separator", aria: { label: text } }, el("span", {}, text)),
  };
}
