// A delivered text as it was typed, to be edited. Pure.

import { unescape } from "./mrkdwn.js";

export function typed(wire, { people, channels }) {
  const spelled = wire.replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (_, kind, body, label) => {
    if (kind === "@") return `@${people.get(body)?.name ?? label ?? body}`;
    if (kind === "#") return `#${channels.get(body)?.name ?? label ?? body}`;
    if (kind === "!") return `@${body}`;
    return label || body;
  });
  return unescape(spelled);
}
