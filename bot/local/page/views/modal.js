// Forms: this person's topmost view, in the browser's own dialog, which keeps the focus and closes with Escape.

import { blocks, busy, element } from "./blockkit.js";
import { button, el, fill, icon, toast, tool } from "../dom.js";
import { ask } from "../live.js";
import { state } from "../state.js";
import { plain, textOf } from "../text/mrkdwn.js";

const NEAR_LIMIT = 10; // characters left from which they are counted

export class Modal {
  constructor() {
    this.node = el("dialog", { class: "modal", aria: { labelledby: "modal-title" } });
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      ask("dismiss");
    });
    document.body.append(this.node);
    this.fields = new Map();
    state.on("state views", () => this.draw());
  }

  draw() {
    const view = state.modal;
    const sign = view && `${view.id} ${view.hash}`;
    if (sign === this.shown) return;
    const kept = view && this.shown?.startsWith(`${view.id} `) ? this.typed() : {};
    this.shown = sign;
    if (!view) {
      this.node.close();
      return;
    }
    this.build(view, kept);
    if (!this.node.open) this.node.showModal();
    const first = ".field, .modal-body :is(button, select)";
    (this.node.querySelector(first) ?? this.node.querySelector(".modal-foot button"))?.focus();
  }

  build(view, kept) {
    this.fields.clear();
    const surface = {
      press: (block, one, value) =>
        ask("press", { where: "view", block_id: block.block_id, action_id: one.action_id, value }),
      entered: (block, one) => kept[block.block_id] ?? view.state.values[block.block_id]?.[one.action_id],
      input: (block) => this.input(block, surface),
    };
    const submit =
      view.submit &&
      el("button", { class: "button primary" }, el("span", { class: "button-text" }, ...textOf(view.submit)));
    const form = el(
      "form",
      { noValidate: true, on: { submit: (event) => this.submit(event, view, submit) } },
      el(
        "div",
        { class: "modal-head" },
        el("img", { src: "/page/ticket.svg", alt: "", width: 24, height: 24 }),
        el("h2", { id: "modal-title" }, ...textOf(view.title)),
        tool("close", state.depth > 1 ? "Back" : "Close form", () => ask("dismiss")),
      ),
      el("div", { class: "modal-body" }, ...blocks(view.blocks, surface)),
      el(
        "div",
        { class: "modal-foot" },
        button("button", () => ask("dismiss"), view.close ? plain(view.close) : "Close"),
        submit,
      ),
    );
    fill(this.node, form);
  }

  /** A labelled field with its error below it. */
  input(block, surface) {
    // In a form a choice is only sent with it, unless it asks for more.
    const inner = element(block.element, block, { ...surface, press: block.dispatch_action && surface.press });
    inner.id = `field-${block.block_id}`;
    const wrong = el("p", { class: "field-error", id: `${inner.id}-error`, role: "alert", hidden: true });
    const left = el("span", { class: "field-left" });
    const tell = (told) => {
      wrong.hidden = !told;
      fill(wrong, told && icon("warning"), told);
      inner.setAttribute("aria-invalid", Boolean(told));
      inner.setAttribute("aria-describedby", told ? wrong.id : "");
    };
    const changed = () => {
      const room = (block.element.max_length ?? Infinity) - (inner.value ?? "").length;
      left.textContent = room <= NEAR_LIMIT ? String(room) : "";
      left.classList.toggle("over", room < 0);
      tell("");
    };
    inner.addEventListener("input", changed);
    changed();
    this.fields.set(block.block_id, { inner, tell });
    return el(
      "div",
      { class: "input" },
      el("label", { for: inner.id }, plain(block.label), block.optional && el("small", {}, " (optional)")),
      el("div", { class: "input-box" }, inner, left),
      block.hint && el("p", { class: "hint" }, ...textOf(block.hint)),
      wrong,
    );
  }

  /** What was typed, to be kept where the bot changes the form meanwhile. */
  typed() {
    const texts = [...this.fields].filter(([, { inner }]) => inner.matches(".field"));
    return Object.fromEntries(texts.map(([block, { inner }]) => [block, { value: inner.value }]));
  }

  async submit(event, view, button) {
    event.preventDefault();
    if (!button || button.getAttribute("aria-busy")) return;
    const filled = [...this.fields].filter(([, { inner }]) => inner.read);
    const values = Object.fromEntries(filled.map(([block, { inner }]) => [block, inner.read()]));
    const done = await busy(button, ask("submit", { view: view.id, values }));
    if (!done) return;
    for (const [block, { tell }] of this.fields) tell(done.errors[block] ?? "");
    this.fields.get(Object.keys(done.errors)[0])?.inner.focus();
    for (const [block, told] of Object.entries(done.errors))
      if (!this.fields.has(block)) toast(`${block}: ${told}`);
  }
}
