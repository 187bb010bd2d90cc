// What this page cannot draw is named where it stands, so that nothing that the bot sent goes unseen.

import { el } from "./dom.js";

export function unknown(type) {
  return el("div", { class: "unknown" }, `Here is a “${String(type)}”, which this page cannot draw.`);
}
