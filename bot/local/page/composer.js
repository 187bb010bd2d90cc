// Where one writes: Enter sends, Shift+Enter begins a line, Up in an empty field edits one's latest message.

import { avatar } from "./avatar.js";
import { el, fill, icon } from "./dom.js";
import { menuButton, openMenu } from "./menu.js";
import { ask, state } from "./shared.js";
import { suggest } from "./suggestions.js";
import { orToast } from "./toasts.js";

let count = 0;

export class Composer {
  /** `target()` is {channel, thread}; `edit()` begins to edit the latest message and says whether there is one. */
  constructor({ id = "", target, placeholder, edit, sent = () => {} }) {
    count += 1;
    Object.assign(this, {
      target,
      edit,
      sent,
      drafts: new Map(),
      draftOf: "",
      index: -1,
      offered: null,
      name: `suggestions-${count}`,
    });
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
      spellcheck: true,
      role: "combobox",
      aria: { label: placeholder, autocomplete: "list", expanded: "false", controls: this.name },
      placeholder,
      on: { input: () => this.typed(), keydown: (event) => this.key(event), blur: () => this.offer(null) },
    });
    this.button = el(
      "button",
      {
        type: "button",
        class: "send",
        disabled: true,
        aria: { label: "Send" },
        on: { click: () => this.send() },
      },
      icon("send"),
    );
    this.node = el(
      "div",
      { class: "composer" },
      this.list,
      el(
        "div",
        { class: "composer-box" },
        this.field,
        el(
          "div",
          { class: "composer-tools" },
          this.shortcuts(),
          this.insert("@", "Mention somebody"),
          this.insert("/", "Use a command"),
          el("span", { class: "composer-keys" }, "Enter to send"),
          this.button,
        ),
      ),
    );
  }

  /** Another place: its own draft and its own words. */
  show(placeholder, draftOf) {
    this.drafts.set(this.draftOf, this.field.value);
    this.draftOf = draftOf;
    this.field.placeholder = placeholder;
    this.field.setAttribute("aria-label", placeholder);
    this.write(this.drafts.get(draftOf) ?? "");
  }

  write(text) {
    this.field.value = text;
    this.offer(null);
    this.fit();
  }

  shortcuts() {
    return menuButton(
      { class: "tool", title: "Shortcuts", aria: { label: "Shortcuts" } },
      [icon("bolt")],
      (anchor) => {
        const { name, callback } = state.offer.shortcut;
        openMenu(
          anchor,
          [
            {
              label: "Shortcuts",
              items: [{ value: callback, text: name, note: "Tickets", before: icon("ticket") }],
            },
          ],
          (callback_id) => orToast(ask("shortcut", { callback_id })),
        );
      },
    );
  }

  insert(sign, label) {
    const put = () => {
      const { value, selectionStart } = this.field;
      this.field.value =
        sign === "/"
          ? `/${value}`
          : `${value.slice(0, selectionStart)}${/\S$/.test(value.slice(0, selectionStart)) ? " " : ""}${sign}${value.slice(selectionStart)}`;
      this.field.focus();
      this.typed();
    };
    return el(
      "button",
      { type: "button", class: "tool", title: label, aria: { label }, on: { click: put } },
      el("span", { aria: { hidden: "true" } }, sign),
    );
  }

  typed() {
    this.fit();
    const { value, selectionStart, selectionEnd } = this.field;
    if (selectionStart !== value.length || selectionEnd !== value.length || value.includes("\n")) {
      this.offer(null);
      return;
    }
    const { channel, thread } = this.target();
    this.offer(suggest(value, { offer: state.offer, people: mentionable(channel), thread }));
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, innerHeight / 3)}px`;
    this.button.disabled = !this.field.value.trim();
  }

  offer(offered) {
    this.offered = offered;
    this.index = offered?.eager ? 0 : -1;
    this.list.hidden = !offered;
    this.field.setAttribute("aria-expanded", String(Boolean(offered)));
    if (offered)
      fill(
        this.list,
        ...offered.items.map((item, at) => this.option(item, at)),
        el(
          "div",
          { class: "suggestions-keys" },
          offered.eager ? "↑ ↓ to choose, Enter to take it" : "↓ to choose an example",
        ),
      );
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
      el("span", { class: "suggestion-title" }, item.title),
      el("span", { class: "suggestion-note" }, item.note),
    );
  }

  mark() {
    for (const [at, option] of [...this.list.querySelectorAll(".suggestion")].entries())
      option.setAttribute("aria-selected", String(at === this.index));
    if (this.index >= 0) this.field.setAttribute("aria-activedescendant", `${this.name}-${this.index}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  take(at) {
    const { insert } = this.offered.items[at];
    this.field.value = this.field.value.slice(0, this.offered.from) + insert;
    this.typed();
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.offered && step) {
      const many = this.offered.items.length;
      this.index = this.index < 0 ? (step > 0 ? 0 : many - 1) : (this.index + step + many) % many;
      this.mark();
    } else if (this.offered && event.key === "Escape") this.offer(null);
    else if (this.offered && this.index >= 0 && (event.key === "Enter" || event.key === "Tab"))
      this.take(this.index);
    else if (event.key === "Enter" && !event.shiftKey) this.send();
    else if (event.key === "ArrowUp" && !this.field.value && this.edit()) this.offer(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.write("");
    const { channel, thread } = this.target();
    const done = await orToast(ask("say", { channel, text, thread: thread || null }));
    if (done) this.sent();
    else if (!this.field.value) this.write(text);
  }
}

function mentionable(channel) {
  const members = state.channels.get(channel)?.members ?? [];
  const known = [...state.people.values()].filter((one) =>
    one.bot ? members.includes(one.id) : one.playable && members.includes(one.id),
  );
  const bots = [...state.people.values()].filter(
    (one) => one.bot && one.name === "tickets" && !known.includes(one),
  );
  return [...known, ...bots].sort(
    (one, other) => Number(other.name === "tickets") - Number(one.name === "tickets"),
  );
}
