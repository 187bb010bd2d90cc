// App Home: the view that the app publishes for this person.

import { blocks } from "./blockkit.js";
import { el, fill, keepFocus } from "../dom.js";
import { ask } from "../live.js";
import { place } from "../places.js";
import { state } from "../state.js";

export class HomePane {
  constructor() {
    this.inner = el("div", { class: "home" });
    this.node = el("section", { class: "pane scroller", tabIndex: -1, aria: { label: "App Home" } }, this.inner);
  }

  enter() {
    this.draw();
    ask("home");
  }

  draw() {
    if (place.kind !== "home") return;
    const view = state.home;
    if (!view) {
      fill(this.inner, el("p", { class: "empty" }, "Loading …"));
      return;
    }
    const surface = {
      press: (block, element, value) =>
        ask("press", { where: "home", block_id: block.block_id, action_id: element.action_id, value }),
      entered: (block, element) => view.state.values[block.block_id]?.[element.action_id],
    };
    keepFocus(this.inner, () => fill(this.inner, ...blocks(view.blocks, surface)));
  }
}
