// The one state and the one connection that all parts of the page share.

import { State } from "./state.js";

export const state = new State();

const link = { live: null };

export function connectBy(live) {
  link.live = live;
}

export function ask(what, parts) {
  return link.live.ask(what, parts);
}
