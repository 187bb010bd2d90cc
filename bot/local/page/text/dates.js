// Times as Slack shows them, in the reader's own time zone.

const FORMATS = {
  date_num: (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
  date: (at) => at.toLocaleDateString("en", { month: "long", day: "numeric", year: "numeric" }),
  date_short: (at) => at.toLocaleDateString("en", { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at) =>
    at.toLocaleDateString("en", { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  date_pretty: (at) => near(at) ?? FORMATS.date(at),
  date_short_pretty: (at) => near(at) ?? FORMATS.date_short(at),
  date_long_pretty: (at) => near(at) ?? FORMATS.date_long(at),
  time: (at) => clock(at),
  time_secs: (at) => at.toLocaleTimeString("en", { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (at) => ago(at),
};

function two(number) {
  return String(number).padStart(2, "0");
}

/** The moment of a timestamp such as "1700000000.000100". */
export function moment(ts) {
  return new Date(Number(ts.split(".")[0]) * 1000);
}

export function clock(at) {
  return at.toLocaleTimeString("en", { hour: "numeric", minute: "2-digit" });
}

/** The clock without AM and PM, for the narrow column beside a message. */
export function shortClock(at) {
  return clock(at).replace(/\s?[AP]M$/, "");
}

function days(at, from = new Date()) {
  const midnight = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate());
  return Math.round((midnight(from) - midnight(at)) / 86_400_000);
}

function near(at) {
  return { 0: "today", 1: "yesterday", "-1": "tomorrow" }[days(at)] ?? null;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The divider above a day's messages. */
export function day(at) {
  const name = near(at);
  if (name) return capital(name);
  return at.toLocaleDateString("en", { weekday: "long", month: "long", day: "numeric" });
}

/** The time of today, or the date of another day. */
export function clockOrDay(at) {
  return days(at) === 0 ? clock(at) : at.toLocaleDateString("en", { month: "short", day: "numeric" });
}

export function sameDay(one, other) {
  return days(one, other) === 0;
}

export function full(at) {
  return `${capital(FORMATS.date_pretty(at))} at ${FORMATS.time_secs(at)}`;
}

export function ago(at) {
  const seconds = Math.round((Date.now() - at) / 1000);
  if (seconds < 60) return "just now";
  for (const [size, name] of [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ]) {
    const number = Math.floor(seconds / size);
    if (number >= 1) return `${number} ${name}${number === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** `{date_short_pretty} at {time}` of so many seconds since 1970; null for a format that there is not. */
export function dated(seconds, format) {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return null;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_, name) => {
    known &&= name in FORMATS;
    return known ? FORMATS[name](at) : "";
  });
  return known ? capital(text) : null;
}
