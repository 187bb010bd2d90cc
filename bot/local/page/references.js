// Names and links inside texts: people, channels, addresses.

import { el } from "./dom.js";
import { state } from "./shared.js";

export function mention(id) {
  const person = state.person(id);
  const mine = id === state.me;
  return el(
    "span",
    { class: mine ? "mention mention-me" : "mention", title: person.real_name },
    `@${person.bot ? person.name : person.real_name}`,
  );
}

export function channelName(id, label) {
  const known = state.channels.get(id);
  if (!known) return el("span", { class: "mention" }, `#${label || "private-channel"}`);
  return el("a", { class: "mention", href: `/archives/${id}` }, `#${known.name}`);
}

/** Links into the workspace stay in the page (see places.js); others open beside it; what is no address stays text. */
export function link(url, label) {
  if (!/^(https?:|mailto:)/i.test(url)) return document.createTextNode(label || url);
  let inside = false;
  try {
    inside = new URL(url).origin === location.origin;
  } catch {
    return document.createTextNode(label || url);
  }
  if (inside) return el("a", { href: url }, label || url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, label || url);
}
