// A list of messages that changes where it must and nowhere else, stays at its end, and can be walked with the arrows.

import { el, keepFocus } from "../dom.js";
import { state } from "../state.js";
import { day, moment, sameDay } from "../text/dates.js";
import { message } from "./message.js";

const TOGETHER = 5 * 60; // seconds within which messages of one person stand together
const NEAR_END = 80; // pixels

export class MessageList {
  /** `channel()` is where its messages stand; `view` is what message.js needs beside that. */
  constructor({ label, channel, view }) {
    Object.assign(this, { channel, view, drawn: new Map(), editing: "", marked: "", atEnd: true });
    this.node = el("ol", { class: "messages", role: "log", aria: { label } });
    this.scroller = el("div", { class: "scroller", tabIndex: -1 }, this.node);
    this.scroller.addEventListener("scroll", () => (this.atEnd = this.toBottom() < NEAR_END), { passive: true });
    // What is at its end stays there when the space around it changes.
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

  /** "" ends it. */
  edit(ts) {
    this.editing = ts;
    this.draw(this.shown, this.options);
    if (!ts) this.scroller.parentElement.querySelector(".composer-field").focus();
  }

  /** This person's latest message; whether there is one. */
  editLatest() {
    const own = this.shown.findLast((one) => one.user === state.me && !one.is_ephemeral);
    if (own) this.edit(own.ts);
    return Boolean(own);
  }

  /** `messages` in their order; `fresh` is the timestamp after which everything is new, `counted` shows how many
   * replies follow the first. */
  draw(messages, options = {}) {
    Object.assign(this, { shown: messages, options });
    keepFocus(this.node, () => this.arrange(this.rows(messages, options)));
    if (this.atEnd) this.toEnd();
  }

  toBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  toEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  reveal(ts) {
    const row = this.node.querySelector(`[data-row="${CSS.escape(ts)}"]`);
    row?.scrollIntoView({ block: "center" });
    this.atEnd = this.toBottom() < NEAR_END;
    row?.focus({ preventScroll: true });
  }

  rows(messages, { fresh = "", counted = false }) {
    const rows = [];
    let before = null;
    let told = !fresh;
    for (const one of messages) {
      const newDay = !counted && (!before || !sameDay(moment(before.ts), moment(one.ts)));
      if (newDay) rows.push(divider("day", day(moment(one.ts)), moment(one.ts).toDateString()));
      const isNew = !told && one.ts > fresh && one.user !== state.me;
      if (isNew) rows.push(divider("new", "New"));
      told ||= isNew;
      rows.push(this.row(one, !newDay && !isNew && !counted && together(before, one)));
      if (counted && one === messages[0]) rows.push(divider("count", count(messages.filter((each) => !each.is_ephemeral).length - 1)));
      before = one;
    }
    return rows;
  }

  row(one, follows) {
    const channel = this.channel();
    const looks = { follows, editing: this.editing === one.ts, marked: this.marked === one.ts };
    const view = { ...this.view, ...looks, channel, edit: (ts) => this.edit(ts) };
    const parts = [one, looks, state.statuses.get(`${channel} ${one.ts}`), state.me, Boolean(this.view.inspect(one))];
    // What is being edited keeps its field.
    return { key: one.ts, sign: looks.editing ? "editing" : JSON.stringify(parts), make: () => message(one, view) };
  }

  /** Rows whose sign is the same stay as they are. */
  arrange(rows) {
    const kept = new Map();
    let next = this.node.firstChild;
    for (const { key, sign, make } of rows) {
      const before = this.drawn.get(key);
      const same = before?.sign === sign;
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
    if (!this.node.querySelector('.message[tabindex="0"]')) this.rove([...this.node.querySelectorAll(".message")].at(-1));
  }

  /** One message of all is in the order of Tab, with its buttons. */
  rove(row) {
    if (!row) return;
    for (const one of this.node.querySelectorAll('.message[tabindex="0"]')) one.tabIndex = -1;
    row.tabIndex = 0;
  }

  walk(event) {
    if (event.target.matches("textarea, input, select")) return;
    const rows = [...this.node.querySelectorAll(".message")];
    const at = rows.indexOf(event.target.closest(".message"));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))].focus();
  }
}

function together(before, one) {
  return (
    before?.user === one.user &&
    !before.is_ephemeral === !one.is_ephemeral &&
    !before.reply_count &&
    before.subtype !== "tombstone" &&
    // What has buttons has a line with its author above them, which is where the toolbar appears.
    !one.blocks?.some((block) => block.type === "actions" || block.accessory) &&
    Number(one.ts) - Number(before.ts) < TOGETHER
  );
}

function divider(kind, text, key = kind) {
  const make = () =>
    el("li", { class: `between ${kind}`, role: "separator", aria: { label: text } }, el("span", {}, text));
  return { key, sign: text, make };
}

function count(number) {
  return number ? `${number} ${number === 1 ? "reply" : "replies"}` : "No replies yet";
}
