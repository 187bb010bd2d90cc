// rich_text blocks: what people write, and what the bot says in plain runs.

import { el, unknown } from "../dom.js";
import { dated } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";
import { channelName, link, mention } from "./mrkdwn.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-line" }, ...runs(part.elements)),
  rich_text_quote: (part) => el("blockquote", {}, ...runs(part.elements)),
  rich_text_preformatted: (part) => el("pre", {}, ...runs(part.elements)),
  rich_text_list: (part) =>
    el(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${Math.min(part.indent ?? 0, 4)}` },
      ...part.elements.map((one) => el("li", {}, ...runs(one.elements))),
    ),
};

const RUNS = {
  text: (run) => [withEmoji(run.text)],
  link: (run) => [link(run.url, run.text)],
  user: (run) => [mention(run.user_id)],
  channel: (run) => [channelName(run.channel_id, "")],
  broadcast: (run) => [el("span", { class: "mention" }, `@${run.range}`)],
  emoji: (run) => [emoji(run.name)],
  date: (run) => [dated(run.timestamp, run.format) ?? run.fallback ?? ""],
};

export function richText(block) {
  return el(
    "div",
    { class: "rich" },
    ...block.elements.map((part) => PARTS[part.type]?.(part) ?? unknown(part.type)),
  );
}

function runs(elements) {
  return elements.flatMap((run) => {
    const nodes = RUNS[run.type]?.(run) ?? [unknown(run.type)];
    return Object.entries(TAGS).reduce(
      (inner, [style, tag]) => (run.style?.[style] ? [el(tag, {}, ...inner)] : inner),
      nodes,
    );
  });
}
