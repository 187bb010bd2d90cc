// Forms: the topmost view of this person's, in a dialog of the browser's own, which keeps the focus and heeds Escape.

import { blocks } from "./blocks.js";
import { el, fill, icon } from "./dom.js";
import { element, plain } from "./elements.js";
import { textOf } from "./mrkdwn.js";
import { ask, state } from "./shared.js";
import { orToast, toast } from "./toasts.js";

const NEAR_LIMIT = 10;

export class Modal {
  constructor() {
    this.node = el("dialog", { class: "modal", aria: { labelledby: "modal-title" } });
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.dismiss();
    });
    document.body.append(this.node);
    this.fields = new Map();
    state.on("state views", () => this.draw());
  }

  draw() {
    const view = state.modal;
    if (!view) {
      if (this.node.open) this.node.close();
      this.shown = null;
      return;
    }
    const sign = `${view.id} ${view.hash}`;
    if (sign === this.shown) return;
    const kept = this.shown?.startsWith(`${view.id} `) ? this.entered() : {};
    this.shown = sign;
    this.build(view, kept);
    if (!this.node.open) this.node.showModal();
    (
      this.node.querySelector(".field, .modal-body button") ?? this.node.querySelector(".modal-foot button")
    )?.focus();
  }

  build(view, kept) {
    this.fields.clear();
    const surface = {
      press: (block, one, value) =>
        orToast(ask("press", { where: "view", block_id: block.block_id, action_id: one.action_id, value })),
      entered: (block, one) =>
        kept[`${block.block_id}/${one.action_id}`] ?? view.state.values[block.block_id]?.[one.action_id],
      input: (block) => this.input(block, surface),
    };
    const foot = [
      el(
        "button",
        { type: "button", class: "button", on: { click: () => this.dismiss() } },
        ...(view.close ? textOf(view.close) : ["Close"]),
      ),
      view.submit &&
        el(
          "button",
          { type: "submit", class: "button primary" },
          el("span", { class: "button-text" }, ...textOf(view.submit)),
        ),
    ];
    const form = el(
      "form",
      { class: "modal-form", noValidate: true, on: { submit: (event) => this.submit(event, view) } },
      el(
        "div",
        { class: "modal-head" },
        el("img", { src: "/page/ticket.svg", alt: "", width: 24, height: 24 }),
        el("h2", { id: "modal-title" }, ...textOf(view.title)),
        el(
          "button",
          {
            type: "button",
            class: "tool",
            aria: { label: state.depth > 1 ? "Back" : "Close form" },
            on: { click: () => this.dismiss() },
          },
          icon("close"),
        ),
      ),
      el("div", { class: "modal-body" }, blocks(view.blocks, surface)),
      el("div", { class: "modal-foot" }, foot),
    );
    fill(this.node, form);
  }

  /** A labelled field with its error below it. */
  input(block, surface) {
    const id = `field-${block.block_id}`;
    // In a form a choice is only sent with it, unless it asks for more.
    const inner = element(block.element, block, {
      ...surface,
      press: block.dispatch_action ? surface.press : null,
    });
    const labels = inner.matches("input, textarea") ? { id } : {};
    Object.assign(inner, labels);
    const wrong = el("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
    const left = el("span", { class: "field-left" });
    const most = block.element.max_length;
    const countdown = () => {
      const room = most - (inner.value ?? "").length;
      left.textContent = most && room <= NEAR_LIMIT ? String(room) : "";
      left.classList.toggle("over", room < 0);
    };
    inner.addEventListener("input", countdown);
    countdown();
    const node = el(
      "div",
      { class: "input" },
      el(
        "label",
        labels.id ? { for: id } : { id: `${id}-label` },
        plain(block.label),
        block.optional && el("span", { class: "optional" }, " (optional)"),
      ),
      el("div", { class: "input-box" }, inner, left),
      block.hint && el("p", { class: "hint" }, ...textOf(block.hint)),
      wrong,
    );
    if (!labels.id) inner.setAttribute("aria-labelledby", `${id}-label`);
    const tell = (told) => {
      wrong.hidden = !told;
      fill(wrong, told && icon("warning"), told);
      inner.setAttribute("aria-invalid", String(Boolean(told)));
      if (told) inner.setAttribute("aria-describedby", wrong.id);
      else inner.removeAttribute("aria-describedby");
    };
    inner.addEventListener("input", () => tell(""));
    inner.addEventListener("change", () => tell(""));
    this.fields.set(block.block_id, {
      inner,
      tell,
      action: block.element.action_id,
      kind: block.element.type,
    });
    return node;
  }

  /** The state of what was filled in, as Slack would report it. */
  entered() {
    const kept = {};
    for (const [block, { inner, action, kind }] of this.fields)
      if (kind === "plain_text_input") kept[`${block}/${action}`] = { value: inner.value };
    return kept;
  }

  async submit(event, view) {
    event.preventDefault();
    const button = this.node.querySelector("[type=submit]");
    if (!button || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const values = {};
    for (const [block, { inner }] of this.fields) if (inner.read) values[block] = inner.read();
    const done = await orToast(ask("submit", { view: view.id, values }));
    button.removeAttribute("aria-busy");
    if (done) this.complain(done.errors);
  }

  complain(errors) {
    const blocksThere = [...this.fields];
    for (const [block, { tell }] of blocksThere) tell(errors[block] ?? "");
    blocksThere.find(([block]) => errors[block])?.[1].inner.focus();
    const elsewhere = Object.entries(errors).filter(([block]) => !this.fields.has(block));
    for (const [block, told] of elsewhere) toast(`${block}: ${told}`);
  }

  dismiss() {
    orToast(ask("dismiss"));
  }
}
