// The inspector: for each thing that somebody did, what the parser made of it, the answer, and the calls to Slack.

import { button, el, fill, icon, keepFocus, tool } from "../dom.js";
import { request } from "../live.js";
import { outages } from "./outages.js";
import { state } from "../state.js";
import { clockOrDay } from "../text/dates.js";

const KINDS = {
  message: "Message",
  command: "Command",
  press: "Click",
  form: "Form",
  closed: "Form",
  shortcut: "Shortcut",
  home: "Home",
};

export class Inspector {
  constructor(node) {
    this.node = node;
    this.cards = new Map();
    this.list = el("div", { class: "entries" });
    this.pending = el("span", { class: "pending", role: "status" });
    const close = tool("close", "Close inspector", () => this.show(false));
    fill(
      node,
      el("div", { class: "place-head" }, el("h2", {}, icon("lens"), "Inspector", this.pending), close),
      el("div", { class: "scroller" }, outages(), this.list),
    );
    this.toggle = button("tool labelled", () => this.show(node.hidden), icon("lens"), el("span", {}, "Inspector"));
    this.toggle.setAttribute("aria-label", "Inspector");
    node.addEventListener("keydown", (event) => event.key === "Escape" && this.show(false));
    state.on("state", () => this.drawAll());
    state.on("entry", (event) => this.update(event.number));
    state.on("pending outages", () => this.hint());
    if (sessionStorage.getItem("inspector")) this.show(true);
  }

  show(open) {
    this.node.hidden = !open;
    this.toggle.setAttribute("aria-pressed", open);
    sessionStorage.setItem("inspector", open ? "open" : "");
    if (!open) this.toggle.focus();
  }

  /** What opens the entry that a message belongs to; null for a message without one. */
  of(message, channel) {
    const number = state.entryOf.get(`${channel} ${message.ts}`);
    if (!number) return null;
    return async () => {
      this.show(true);
      const card = this.cards.get(number);
      card.open = true;
      card.querySelector("summary").focus({ preventScroll: true });
      await this.load(number);
      card.scrollIntoView({ block: "start" }); // once there is all of it below
    };
  }

  hint() {
    const { slack, model } = state.outages;
    fill(this.pending, state.pending && `${state.pending} waiting`);
    this.toggle.classList.toggle("rough", slack !== "normal" || model !== "normal");
  }

  drawAll() {
    this.cards.clear();
    for (const number of state.entries.keys()) this.card(number);
    const empty = el("p", { class: "empty" }, "Say something to the bot: each step of its answer is shown here.");
    fill(this.list, ...(this.cards.size ? [...this.cards.values()].reverse() : [empty]));
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
    const card = this.cards.get(number);
    card.setAttribute("aria-label", entry.text);
    fill(
      card.firstChild,
      el(
        "span",
        { class: "entry-line" },
        el("span", { class: `chip of-${entry.kind}` }, KINDS[entry.kind] ?? entry.kind),
        el("span", { class: "entry-text" }, entry.text),
        el("time", { class: "muted" }, clockOrDay(new Date(entry.at * 1000))),
      ),
      el("span", { class: "entry-facts muted" }, ...facts(entry)),
    );
  }

  async load(number) {
    try {
      const { entry } = await request("inspect", { entry: number });
      const card = this.cards.get(number);
      if (entry && card) keepFocus(card, () => body(card.lastChild, entry));
    } catch {
      // The connection was lost; the panel is drawn again when it is back.
    }
  }
}

function body(node, entry) {
  const open = new Set([...node.querySelectorAll("details[open]")].map((one) => one.dataset.row));
  const fold = (row, name, told, ...inner) => {
    const summary = el("summary", { data: { key: row } }, name, el("span", { class: "muted" }, told));
    return el("details", { open: open.has(row), data: { row } }, summary, ...inner);
  };
  const calls = entry.made.map((call, at) => {
    const name = el("code", { class: call.failed ? "failed" : "" }, call.method);
    const told = `${outcome(call)} ${call.took.toLocaleString("en")} ms`;
    return fold(`call ${at}`, name, told, json(call.args), json(call.answer));
  });
  const payloads = entry.payloads.map((payload, at) => {
    const { kind = "payload", outcomes = [] } = entry.deliveries[at] ?? {};
    return fold(`payload ${at}`, el("code", {}, kind), outcomes.join(", ") || "waiting", json(payload));
  });
  const { parsed } = entry;
  const free = parsed?.command && el("p", { class: "muted" }, "Free as: ", el("code", {}, parsed.command));
  fill(
    node,
    parsed && part("Understood", json(parsed.action), free),
    entry.reply && part("Answered", coloured(entry.reply)),
    calls.length > 0 && part("Calls to Slack", ...calls),
    part("Delivered by Slack", ...payloads),
  );
}

function part(name, ...inner) {
  return el("section", {}, el("h3", {}, name), ...inner);
}

function outcome(call) {
  if (!call.status) return "connection broken";
  return call.ok ? String(call.status) : `${call.status} ${call.answer.error ?? ""}`;
}

const VIA = {
  rules: () => "⚡ rules",
  llm: ({ model }) => `✨ ${model || "model"}`,
  fallback: ({ tokens }) => (tokens ? "✨ asked, answer not used" : "⚡ rules, the model did not answer"),
};

function facts(entry) {
  const via = VIA[entry.via]?.(entry);
  const parts = [
    entry.action && el("b", {}, entry.action),
    via && `${via} · ${entry.tokens.toLocaleString("en")} tokens`,
    entry.calls > 0 && `${entry.calls} ${entry.calls === 1 ? "call" : "calls"}`,
    entry.failed > 0 && el("span", { class: "failed" }, `${entry.failed} failed`),
    entry.deliveries.some((one) => !one.outcomes.length) && "waiting",
  ].filter(Boolean);
  return parts.flatMap((one, at) => (at ? [" · ", one] : [one]));
}

const PIECE = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

function json(value) {
  return coloured(JSON.stringify(value, null, 2));
}

/** JSON as it stands, its strings, numbers and keys told apart by colour. */
function coloured(text) {
  const node = el("pre", { class: "json", tabIndex: 0 });
  let end = 0;
  for (const found of text.matchAll(PIECE)) {
    const [whole, string, colon = "", other] = found;
    const kind = colon ? "key" : string ? "string" : "number";
    node.append(text.slice(end, found.index), el("span", { class: `json-${kind}` }, string ?? other), colon);
    end = found.index + whole.length;
  }
  node.append(text.slice(end));
  return node;
}
