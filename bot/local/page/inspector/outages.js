// Simulated outages of Slack and of the model: a row of choices each, and what the chosen one does.

import { el, fill, keepFocus } from "../dom.js";
import { ask } from "../live.js";
import { state } from "../state.js";

const SLACK = [
  ["normal", "Normal", "Slack answers at once."],
  ["slow", "Slow", "Each call takes two seconds longer."],
  ["busy", "Busy", "Each call is answered 429: try again in two seconds."],
  ["down", "Down", "Each call fails with 503. Messages still arrive; the bot's answers wait."],
  ["cut", "Disconnected", "No calls and no connection. The bot reconnects by itself; Slack delivers again after a minute."],
];
const MODEL = [
  ["normal", "Normal", "The model answers normally."],
  ["slow", "Slow", "The model starts to answer after four seconds."],
  ["down", "Down", "The model does not answer. Clear commands work without it."],
];
const NO_MODEL = "none. Clear commands need none; set OPENAI_API_KEY or OPENAI_BASE_URL for everything else.";

export function outages() {
  const node = el("div", { class: "outages" });
  const draw = () => {
    const { slack, model, has_model: hasModel } = state.outages;
    const second = hasModel ? row("model", "Model", MODEL, model) : el("p", { class: "muted" }, el("b", {}, "Model: "), NO_MODEL);
    keepFocus(node, () => fill(node, el("h3", {}, "Simulated outages"), row("slack", "Slack", SLACK, slack), second));
  };
  state.on("state outages", draw);
  return node;
}

function row(name, label, choices, now) {
  const choose = (event) => ask("outages", { [name]: event.target.value });
  const choice = ([value, text]) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name, value, checked: value === now, data: { key: `${name} ${value}` }, on: { change: choose } }),
      text,
    );
  return el(
    "fieldset",
    { class: now === "normal" ? "" : "rough" },
    el("legend", {}, label),
    el("div", { class: "choices" }, ...choices.map(choice)),
    el("p", { class: "muted" }, choices.find(([value]) => value === now)[2]),
  );
}
