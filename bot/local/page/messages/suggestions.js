// Completions of what is typed so far. Pure.

const MOST = 8;

/** `text` up to the caret; `offer` is what the bot understands, `people` who can be mentioned. Returns the items, from
 * where in `text` one replaces it, and whether Enter takes the first one. */
export function suggest(text, { offer, people, thread }) {
  const { command } = offer;
  if (text.startsWith("/") && !text.includes(" ") && !thread) {
    const items = [
      { insert: `${command} `, title: command, note: offer.about },
      { insert: "/invite @", title: "/invite", note: "Invite somebody, or the bot" },
    ];
    return list(
      items.filter((one) => one.title.startsWith(text) && one.title !== text),
      0,
      true,
    );
  }
  if (text.startsWith(`${command} `) && !thread) return examples(text, `${command} `, offer.examples);
  const said = /^@tickets (.*)$/is.exec(text);
  const replies = thread ? offer.replies.map((words) => ({ does: "In this thread", words })) : [];
  if (said) return examples(text, text.slice(0, 9), [...replies, ...offer.examples]);
  const typed = /(?:^|\s)@([\w.-]*)$/.exec(text)?.[1].toLowerCase();
  if (typed === undefined || people.some((one) => one.name === typed)) return null;
  const items = people
    .filter((one) => one.name.startsWith(typed) || one.real_name.toLowerCase().startsWith(typed))
    .map((one) => ({
      insert: `@${one.name} `,
      title: one.real_name,
      note: one.bot ? "app" : `@${one.name}`,
      person: one,
    }));
  return list(items, text.length - typed.length - 1, true);
}

function examples(text, start, known) {
  const rest = text.slice(start.length).toLowerCase();
  const fitting = known.filter(({ words }) => words.toLowerCase().startsWith(rest) && words.toLowerCase() !== rest);
  return list(
    fitting.map(({ does, words }) => ({ insert: start + words, title: words, note: does })),
    0,
    false,
  );
}

function list(items, from, eager) {
  return items.length ? { items: items.slice(0, MOST), from, eager } : null;
}
