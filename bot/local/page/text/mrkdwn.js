// Slack's mrkdwn as nodes. Everything that is not a token that Slack knows stays the text that it is.

import { el } from "../dom.js";
import { dated } from "./dates.js";
import { withEmoji } from "./emoji.js";
import { state } from "../state.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const TOKEN = /<([^<>\n]+)>|```([\s\S]+?)```|`([^`\n]+)`/g;
const BARE = /https?:\/\/[^\s<>|]+[^\s<>|.,:!?"')\]]/g;
const STYLES = [
  ["*", "strong"],
  ["_", "em"],
  ["~", "s"],
];

export function unescape(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/** The nodes of a text object. */
export function textOf(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, { links: !object.verbatim });
  return [withEmoji(object.text)];
}

/** `links`: addresses that stand there bare become links, as Slack does unless the text is verbatim. */
export function mrkdwn(text, { links = true } = {}) {
  const lines = text.split("\n");
  const nodes = [];
  let quoted = [];
  const close = () => {
    if (quoted.length) nodes.push(el("blockquote", {}, ...spans(quoted.join("\n"), links)));
    quoted = [];
  };
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(...spans(plain.join("\n"), links));
    plain = [];
  };
  for (const line of lines) {
    if (line.startsWith("&gt;")) {
      flush();
      quoted.push(line.slice(4).trimStart());
    } else {
      close();
      plain.push(line);
    }
  }
  close();
  flush();
  return nodes;
}

function spans(given, links) {
  const text = given.replaceAll("\u0000", "");
  const held = [];
  // Tokens are set aside first, so that no star within a link or a piece of code makes anything bold.
  const marked = text.replace(TOKEN, (_, token, block, code) => {
    held.push(
      token !== undefined
        ? reference(token)
        : block !== undefined
          ? el("pre", {}, unescape(block))
          : el("code", {}, unescape(code)),
    );
    return `\u0000${held.length - 1}\u0000`;
  });
  return styled(marked, held, links);
}

function styled(text, held, links) {
  for (const [mark, tag] of STYLES) {
    const found = between(text, mark);
    if (!found) continue;
    const [before, inner, after] = found;
    return [
      ...styled(before, held, links),
      el(tag, {}, ...styled(inner, held, links)),
      ...styled(after, held, links),
    ];
  }
  return text
    .split("\u0000")
    .flatMap((piece, at) => (at % 2 ? [held[Number(piece)]] : written(unescape(piece), links)));
}

/** The first stretch between two marks that stand like brackets do: outside of words, with no space inside them. */
function between(text, mark) {
  const sign = mark === "*" ? "\\*" : mark;
  const found = new RegExp(
    `(^|[^\\w${sign}])${sign}(?=\\S)([^${sign}\\n]*[^\\s${sign}])${sign}(?![\\w${sign}])`,
  ).exec(text);
  if (!found) return null;
  const start = found.index + found[1].length;
  return [text.slice(0, start), found[2], text.slice(start + found[2].length + 2)];
}

function written(text, links) {
  const shown = withEmoji(text);
  if (!links) return [shown];
  const nodes = [];
  let end = 0;
  for (const found of shown.matchAll(BARE)) {
    nodes.push(shown.slice(end, found.index), link(found[0], found[0]));
    end = found.index + found[0].length;
  }
  return [...nodes, shown.slice(end)].filter((one) => one !== "");
}

/** The text of a text object. */
export function plain(object) {
  return textOf(object)
    .map((node) => node.textContent ?? node)
    .join("");
}

export function mention(id) {
  const person = state.person(id);
  const look = id === state.me ? "mention mention-me" : "mention";
  return el("span", { class: look, title: person.real_name }, `@${person.bot ? person.name : person.real_name}`);
}

export function channelName(id, label) {
  const known = state.channels.get(id);
  if (!known) return el("span", { class: "mention" }, `#${label || "private-channel"}`);
  return el("a", { class: "mention", href: `/archives/${id}` }, `#${known.name}`);
}

/** Links into the workspace stay in the page (see places.js), others open beside it; what is no address stays text. */
export function link(url, label) {
  if (!/^(https?:|mailto:)/i.test(url) || !URL.canParse(url)) return document.createTextNode(label || url);
  if (new URL(url).origin === location.origin) return el("a", { href: url }, label || url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, label || url);
}

/** A delivered text as it was typed, to be edited. */
export function typed(wire) {
  const spelled = wire.replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (_, kind, body, label) => {
    if (kind === "@") return `@${state.people.get(body)?.name ?? label ?? body}`;
    if (kind === "#") return `#${state.channels.get(body)?.name ?? label ?? body}`;
    return kind === "!" ? `@${body}` : label || body;
  });
  return unescape(spelled);
}

function reference(token) {
  const [body, label] = cut(token, "|");
  if (body.startsWith("@")) return mention(body.slice(1));
  if (body.startsWith("#")) return channelName(body.slice(1), label);
  if (body.startsWith("!date^")) return date(body, label);
  if (body.startsWith("!"))
    return el("span", { class: "mention" }, label || `@${body.slice(1).split("^")[0]}`);
  return link(unescape(body), unescape(label || body.replace(/^mailto:/, "")));
}

function date(body, label) {
  const [, seconds, format, target] = body.split("^");
  const text = dated(seconds, unescape(format ?? "")) ?? unescape(label);
  const node = el(
    "time",
    { dateTime: new Date(Number(seconds) * 1000).toISOString(), title: unescape(label) },
    text,
  );
  return target ? link(unescape(target), text) : node;
}

function cut(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
