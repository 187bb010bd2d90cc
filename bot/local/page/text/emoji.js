// Emoji by the names that reactions and shortcodes have, as far as anybody here uses them.

const NAMED = {
  ticket: "🎫",
  eyes: "👀",
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  warning: "⚠️",
  zap: "⚡",
  sparkles: "✨",
  red_circle: "🔴",
  large_orange_circle: "🟠",
  white_circle: "⚪",
  bulb: "💡",
  wave: "👋",
  bug: "🐛",
  "+1": "👍",
  thumbsup: "👍",
  "-1": "👎",
  raised_hands: "🙌",
  pray: "🙏",
  tada: "🎉",
  heart: "❤️",
  fire: "🔥",
  rocket: "🚀",
  smile: "😄",
  joy: "😂",
  thinking_face: "🤔",
  hourglass: "⏳",
  speech_balloon: "💬",
  lock: "🔒",
};

export const QUICK = ["ticket", "eyes", "white_check_mark"];

/** The character, or the name between colons where none is known. */
export function emoji(name) {
  return NAMED[name] ?? `:${name}:`;
}

/** `text` with its shortcodes replaced. */
export function withEmoji(text) {
  return text.replace(/:([\w+'-]+):/g, (code, name) => NAMED[name] ?? code);
}
