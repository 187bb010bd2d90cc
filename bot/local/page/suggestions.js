// What could be meant by what is typed so far. Pure.

const MOST = 8;

/** `text` up to the caret; `offer` is what the bot understands, `people` who can be mentioned. Returns what to replace,
 * from where, and whether the first one is taken by Enter. */
export function suggest(text, { offer, people, thread }) {
  const command = offer.command;
  if (text.startsWith("/") && !thread) {
    if (!text.includes(" ")) {
      const items = [
        { insert: `${command} `, title: command, note: offer.about },
        { insert: "/invite @", title: "/invite", note: "Bring somebody in, the bot included" },
      ];
      return list(
        items.filter((one) => one.title.startsWith(text) && one.title !== text),
        0,
        true,
      );
    }
    if (text.startsWith(`${command} `)) return examples(text, `${command} `, offer.examples);
  }
  const said = /^@tickets (.*)$/is.exec(text);
  if (said)
    return examples(text, text.slice(0, 9), thread ? [...replies(offer), ...offer.examples] : offer.examples);
  const mentioned = /(^|\s)@([\w.-]*)$/.exec(text);
  if (mentioned) {
    const typed = mentioned[2].toLowerCase();
    if (people.some((one) => one.name === typed)) return null;
    const found = people.filter(
      (one) => one.name.startsWith(typed) || one.real_name.toLowerCase().startsWith(typed),
    );
    const items = found.map((one) => ({
      insert: `@${one.name} `,
      title: one.real_name,
      note: one.bot ? "app" : `@${one.name}`,
      person: one,
    }));
    return list(items, text.length - mentioned[2].length - 1, true);
  }
  return null;
}

function replies(offer) {
  return offer.replies.map((words) => ({ does: "In this thread", words }));
}

function examples(text, start, known) {
  const rest = text.slice(start.length).toLowerCase();
  const fitting = known.filter(
    (one) => one.words.toLowerCase().startsWith(rest) && one.words.toLowerCase() !== rest,
  );
  return list(
    fitting.map((one) => ({ insert: start + one.words, title: one.words, note: one.does })),
    0,
    false,
  );
}

function list(items, from, eager) {
  return items.length ? { items: items.slice(0, MOST), from, eager } : null;
}
