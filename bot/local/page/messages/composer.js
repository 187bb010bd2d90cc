// Where one writes: Enter sends, Shift+Enter begins a line, Up in an empty field edits one's latest message.

import { avatar, button, el, fill, icon, tool } from "../dom.js";
import { ask } from "../live.js";
import { state } from "../state.js";
import { suggest } from "./suggestions.js";

let count = 0;

export class Composer {
  /** `target()` is {channel, thread}; `edit()` begins to edit the latest message and says whether there is one. */
  constructor({ id = "", target, edit, sent }) {
    count += 1;
    this.name = `suggestions-${count}`;
    Object.assign(this, { target, edit, sent, drafts: new Map(), draftOf: "", index: -1, offered: null });
    this.list = el("div", {
      class: "suggestions",
      id: this.name,
      role: "listbox",
      hidden: true,
      aria: { label: "Suggestions" },
    });
    this.field = el("textarea", {
      id,
      class: "composer-field",
      rows: 1,
      role: "combobox",
      aria: { autocomplete: "list", expanded: false, controls: this.name },
      on: { input: () => this.typed(), keydown: (event) => this.key(event), blur: () => this.offer(null) },
    });
    this.send = button("send", () => this.post(), icon("send"));
    this.send.setAttribute("aria-label", "Send");
    this.shortcut = el("span");
    state.on("state", () => {
      const { name, callback } = state.offer.shortcut;
      fill(this.shortcut, !state.myself.stranger && tool("ticket", name, () => ask("shortcut", { callback_id: callback })));
    });
    const tools = el(
      "div",
      { class: "composer-tools" },
      this.shortcut,
      tool("@", "Mention somebody", () => this.insert("@")),
      tool("/", "Use a command", () => this.propose(`/${this.field.value}`)),
      el("span", { class: "composer-keys muted" }, "Enter to send"),
      this.send,
    );
    this.node = el("div", { class: "composer" }, this.list, el("div", { class: "composer-box" }, this.field, tools));
  }

  /** Another place: its own draft and its own words. */
  show(label, draftOf) {
    this.drafts.set(this.draftOf, this.field.value);
    this.draftOf = draftOf;
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.write(this.drafts.get(draftOf) ?? "");
  }

  write(text) {
    this.field.value = text;
    this.offer(null);
    this.fit();
  }

  /** A text for this person to send, or to change first. */
  propose(text) {
    this.field.value = text;
    this.field.focus();
    this.typed();
  }

  insert(sign) {
    const { value, selectionStart: at } = this.field;
    const before = value.slice(0, at);
    this.propose(`${before}${/\S$/.test(before) ? " " : ""}${sign}${value.slice(at)}`);
  }

  typed() {
    this.fit();
    const { value, selectionStart, selectionEnd } = this.field;
    const inside = selectionStart !== value.length || selectionEnd !== value.length || value.includes("\n");
    const { channel, thread } = this.target();
    this.offer(inside ? null : suggest(value, { offer: state.offer, people: mentionable(channel), thread }));
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, innerHeight / 3)}px`;
    this.send.disabled = !this.field.value.trim();
  }

  offer(offered) {
    this.offered = offered;
    this.index = offered?.eager ? 0 : -1;
    this.list.hidden = !offered;
    this.field.setAttribute("aria-expanded", Boolean(offered));
    const keys = offered?.eager ? "↑ ↓ to choose, Enter to insert" : "↓ to choose an example";
    if (offered) fill(this.list, ...offered.items.map((item, at) => this.option(item, at)), el("div", { class: "muted" }, keys));
    this.mark();
  }

  option(item, at) {
    const take = (event) => {
      event.preventDefault();
      this.take(at);
    };
    return el(
      "div",
      { class: "suggestion", id: `${this.name}-${at}`, role: "option", on: { mousedown: take } },
      item.person && avatar(item.person, "small"),
      el("b", {}, item.title),
      el("span", {}, item.note),
    );
  }

  mark() {
    for (const [at, option] of [...this.list.querySelectorAll(".suggestion")].entries())
      option.setAttribute("aria-selected", at === this.index);
    this.field.setAttribute("aria-activedescendant", this.index < 0 ? "" : `${this.name}-${this.index}`);
  }

  take(at) {
    this.propose(this.field.value.slice(0, this.offered.from) + this.offered.items[at].insert);
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.offered && step) {
      const many = this.offered.items.length;
      this.index = this.index < 0 ? (step > 0 ? 0 : many - 1) : (this.index + step + many) % many;
      this.mark();
    } else if (this.offered && event.key === "Escape") this.offer(null);
    else if (this.offered && this.index >= 0 && ["Enter", "Tab"].includes(event.key)) this.take(this.index);
    else if (event.key === "Enter" && !event.shiftKey) this.post();
    else if (event.key !== "ArrowUp" || this.field.value || !this.edit()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  async post() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.write("");
    const { channel, thread } = this.target();
    if (await ask("say", { channel, text, thread: thread || null })) this.sent();
    else if (!this.field.value) this.write(text);
  }
}

/** The members of a channel, and in any case the bot, which comes first. */
function mentionable(channel) {
  const members = state.channels.get(channel)?.members ?? [];
  const others = [...state.people.values()].filter((one) => one !== state.bot && members.includes(one.id));
  return [state.bot, ...others];
}
