// How well Slack and the model are: a row of choices each, and what the chosen one means.

import { el, fill } from "./dom.js";
import { ask, state } from "./shared.js";
import { orToast } from "./toasts.js";

const SLACK = [
  ["fine", "Fine", "Slack answers at once."],
  ["slow", "Slow", "Every call takes two seconds more."],
  ["busy", "Busy", "Every call is answered 429: try again in two seconds."],
  ["down", "Down", "Every call fails with 503. What people write still arrives; answers wait."],
  [
    "cut",
    "Cut off",
    "No call, no connection. Slack delivers again after a minute, the bot connects again by itself.",
  ],
];
const MODEL = [
  ["fine", "Fine", "The model answers as it does."],
  ["slow", "Slow", "It begins after four seconds."],
  ["down", "Down", "It does not answer. Clear commands do not notice."],
];

export function switches() {
  const node = el("div", { class: "switches" });
  const draw = () => {
    const focused = node.contains(document.activeElement) ? document.activeElement.id : "";
    fill(
      node,
      row("slack", "Slack", SLACK, state.outages.slack),
      state.outages.has_model
        ? row("model", "Model", MODEL, state.outages.model)
        : el(
            "p",
            { class: "switch-note" },
            el("b", {}, "Model: "),
            "none. Clear commands need none; set OPENAI_API_KEY or OPENAI_BASE_URL for the rest.",
          ),
    );
    if (focused) document.getElementById(focused)?.focus();
  };
  state.on("state outages", draw);
  return node;
}

function row(name, label, choices, now) {
  const choose = (event) => orToast(ask("outages", { [name]: event.target.value }));
  const chips = choices.map(([value, text]) => {
    const id = `${name}-${value}`;
    return [
      el("input", {
        type: "radio",
        class: "visually-hidden",
        name,
        id,
        value,
        checked: value === now,
        on: { change: choose },
      }),
      el("label", { for: id }, text),
    ];
  });
  const [, , told] = choices.find(([value]) => value === now);
  return el(
    "fieldset",
    { class: now === "fine" ? "switch" : "switch rough" },
    el("legend", {}, label),
    el("div", { class: "switch-row" }, chips),
    el("p", { class: "switch-note" }, told),
  );
}
