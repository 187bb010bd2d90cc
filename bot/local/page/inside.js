// A look inside: for each thing that somebody did, what the parser made of it, the answer, and the calls to Slack.

import { clockOrDay } from "./dates.js";
import { el, fill, icon, keepFocus } from "./dom.js";
import { coloured, json } from "./json.js";
import { ask, state } from "./shared.js";
import { switches } from "./switches.js";

const KINDS = {
  message: "Message",
  command: "Command",
  press: "Click",
  form: "Form",
  closed: "Form",
  shortcut: "Shortcut",
  home: "Home",
};

export class Inside {
  constructor(node) {
    this.node = node;
    this.cards = new Map();
    this.list = el("div", { class: "entries" });
    this.pending = el("span", { class: "pending", role: "status" });
    const close = el(
      "button",
      {
        type: "button",
        class: "tool",
        aria: { label: "Close the inspector" },
        on: { click: () => this.show(false) },
      },
      icon("close"),
    );
    fill(
      node,
      el("div", { class: "place-head" }, el("h2", {}, icon("lens"), "Inspector", this.pending), close),
      el("div", { class: "scroller" }, switches(), this.list),
    );
    this.toggle = el(
      "button",
      {
        type: "button",
        class: "tool labelled",
        aria: { pressed: "false" },
        on: { click: () => this.show(this.node.hidden) },
      },
      icon("lens"),
      el("span", {}, "Inspector"),
    );
    node.addEventListener("keydown", (event) => event.key === "Escape" && this.show(false));
    state.on("state", () => this.drawAll());
    state.on("entry", (event) => this.update(event.number));
    state.on("pending outages", () => this.hint());
  }

  show(open) {
    this.node.hidden = !open;
    this.toggle.setAttribute("aria-pressed", String(open));
    document.body.classList.toggle("looking", open);
    sessionStorage.setItem("inside", open ? "open" : "");
    if (!open) this.toggle.focus();
  }

  /** Opens the entry that a message belongs to; null for a message that none is known of. */
  of(message, channel) {
    const number = state.entryOf.get(`${channel} ${message.ts}`);
    if (!number) return null;
    return () => {
      this.show(true);
      const card = this.cards.get(number);
      card.open = true;
      card.scrollIntoView({ block: "nearest" });
      card.querySelector("summary").focus({ preventScroll: true });
    };
  }

  hint() {
    fill(this.pending, state.pending ? `${state.pending} waiting` : "");
    this.toggle.classList.toggle("rough", state.outages.slack !== "fine" || state.outages.model !== "fine");
  }

  drawAll() {
    this.cards.clear();
    for (const number of state.entries.keys()) this.card(number);
    fill(
      this.list,
      ...[...this.cards.values()].reverse(),
      !this.cards.size &&
        el(
          "p",
          { class: "empty" },
          "Say something to the bot: what becomes of it is shown here, step by step.",
        ),
    );
    this.hint();
  }

  card(number) {
    const card = el(
      "details",
      { class: "entry", data: { row: `entry ${number}` } },
      el("summary", { data: { key: "summary" } }),
      el("div", { class: "entry-body" }),
    );
    card.addEventListener("toggle", () => card.open && this.load(number));
    this.cards.set(number, card);
    this.head(number);
    return card;
  }

  update(number) {
    if (!this.cards.has(number)) {
      this.list.querySelector(".empty")?.remove();
      this.list.prepend(this.card(number));
    }
    this.head(number);
    if (this.cards.get(number).open) this.load(number);
  }

  head(number) {
    const entry = state.entries.get(number);
    const parts = [
      el(
        "span",
        { class: "entry-line" },
        el("span", { class: `chip ${entry.kind}` }, KINDS[entry.kind] ?? entry.kind),
        el("span", { class: "entry-text" }, entry.text),
        el("time", {}, clockOrDay(new Date(entry.at * 1000))),
      ),
      el("span", { class: "entry-facts" }, facts(entry)),
    ];
    fill(this.cards.get(number).firstChild, ...parts);
  }

  async load(number) {
    try {
      const { entry } = await ask("inspect", { entry: number });
      const card = this.cards.get(number);
      if (entry && card) keepFocus(card, () => this.body(card.lastChild, entry));
    } catch {
      // The connection went; the panel is drawn anew when it is back.
    }
  }

  body(node, entry) {
    const open = new Set([...node.querySelectorAll("details[open]")].map((one) => one.dataset.row));
    const fold = (row, summary, ...inner) =>
      el(
        "details",
        { open: open.has(row), data: { row } },
        el("summary", { data: { key: row } }, ...summary),
        ...inner,
      );
    fill(
      node,
      entry.parsed &&
        part(
          "Understood",
          json(entry.parsed.action),
          entry.parsed.command &&
            el("p", { class: "entry-hint" }, "For nothing: ", el("code", {}, entry.parsed.command)),
        ),
      entry.reply && part("Answered", coloured(entry.reply)),
      entry.made.length > 0 &&
        part(
          "Calls to Slack",
          entry.made.map((call, at) =>
            fold(
              `call ${at}`,
              [
                el("span", { class: call.ok ? "method" : "method failed" }, call.method),
                el("span", { class: "call-facts" }, outcome(call), ` ${call.took.toLocaleString("en")} ms`),
              ],
              json(call.args),
              json(call.answer),
            ),
          ),
        ),
      part(
        "Delivered by Slack",
        entry.payloads.map((payload, at) =>
          fold(
            `payload ${at}`,
            [
              el("span", { class: "method" }, entry.deliveries[at]?.kind ?? "payload"),
              el("span", { class: "call-facts" }, entry.deliveries[at]?.outcomes.join(", ") || "waiting"),
            ],
            json(payload),
          ),
        ),
      ),
    );
  }
}

function part(name, ...inner) {
  return el("section", {}, el("h3", {}, name), ...inner);
}

function outcome(call) {
  if (!call.status) return "connection broken";
  return call.ok ? String(call.status) : `${call.status} ${call.answer.error ?? ""}`.trim();
}

function facts(entry) {
  const receipt = {
    rules: "⚡ rules",
    llm: `✨ ${entry.model || "model"}`,
    fallback: "⚡ rules, without the model",
  }[entry.via];
  const parts = [
    entry.action && el("b", {}, entry.action),
    receipt && `${receipt} · ${entry.tokens.toLocaleString("en")} tokens`,
    entry.calls > 0 && `${entry.calls} ${entry.calls === 1 ? "call" : "calls"}`,
    entry.failed > 0 && el("span", { class: "failed" }, `${entry.failed} failed`),
    entry.deliveries.some((one) => !one.outcomes.length) && "waiting",
  ].filter(Boolean);
  return parts.flatMap((one, at) => (at ? [" · ", one] : [one]));
}
