// A person's picture: their initials on a colour of their own.

import { el } from "./dom.js";
import { state } from "./shared.js";

const COLOURS = 8;

export function avatar(person, size = "") {
  if (person.bot && person.name === "tickets")
    return el("img", { class: `avatar ${size}`, src: "/page/ticket.svg", alt: "" });
  const initials = person.real_name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join("");
  const colour = Math.max(0, [...state.people.keys()].indexOf(person.id)) % COLOURS;
  return el("span", { class: `avatar ${size} colour-${colour}`, aria: { hidden: "true" } }, initials);
}
