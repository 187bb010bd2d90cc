// What this page's person sees, kept up to date by what is pushed. Whoever draws a part of it listens here.

class State extends EventTarget {
  me = "";
  people = new Map();
  channels = new Map();
  messages = new Map(); // by channel, then by timestamp
  statuses = new Map();
  reads = {};
  modal = null;
  depth = 0;
  home = null;
  outages = { slack: "normal", model: "normal", has_model: false };
  entries = new Map(); // the inspector's, by number
  entryOf = new Map(); // the number of an entry, by channel and timestamp of a message
  pending = 0;
  offer = null;
  samples = false;

  tell(kind, detail = {}) {
    this.dispatchEvent(Object.assign(new Event(kind), detail));
  }

  on(kinds, heard) {
    for (const kind of kinds.split(" ")) this.addEventListener(kind, heard);
  }

  take(frame) {
    TAKEN[frame.push]?.(this, frame);
  }

  put(channel, message) {
    if (!this.messages.has(channel)) this.messages.set(channel, new Map());
    this.messages.get(channel).set(message.ts, message);
  }

  putEntry(entry) {
    this.entries.set(entry.number, entry);
    for (const [channel, ts] of entry.spots) this.entryOf.set(`${channel} ${ts}`, entry.number);
  }

  message(channel, ts) {
    return this.messages.get(channel)?.get(ts);
  }

  /** In the order of their time. */
  all(channel) {
    return [...(this.messages.get(channel)?.values() ?? [])].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  }

  roots(channel) {
    return this.all(channel).filter(isRoot);
  }

  thread(channel, ts) {
    return this.all(channel).filter((one) => one.ts === ts || one.thread_ts === ts);
  }

  person(id) {
    return this.people.get(id) ?? { id, name: id, real_name: id, bot: false, about: "", place: 0 };
  }

  get myself() {
    return this.person(this.me);
  }

  get bot() {
    return [...this.people.values()].find((one) => one.bot && one.name === "tickets");
  }

  /** This person's direct messages with the app; people of other organisations have none. */
  get dm() {
    return [...this.channels.values()].find((one) => one.kind === "im");
  }

  get empty() {
    return [...this.messages.values()].every((said) => !said.size);
  }

  /** What is new: `bold` for anything in the channel, `count` of what is addressed to this person. */
  unread(channel) {
    const read = this.reads[channel] ?? "";
    const fresh = this.all(channel).filter((one) => one.ts > read && one.user !== this.me);
    const direct = this.channels.get(channel)?.kind === "im";
    const mine = (one) =>
      !isRoot(one) && this.thread(channel, one.thread_ts).some((other) => other.user === this.me);
    const count = fresh.filter((one) => direct || one.is_ephemeral || mine(one)).length;
    return { bold: count > 0 || fresh.some(isRoot), count };
  }

  /** Whether that was news. */
  markRead(channel, ts) {
    if (ts <= (this.reads[channel] ?? "")) return false;
    this.reads[channel] = ts;
    this.tell("reads");
    return true;
  }
}

function isRoot(message) {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

const byId = (list) => new Map(list.map((one, place) => [one.id, { ...one, place }]));

const TAKEN = {
  state(state, frame) {
    const { me, team, offer, reads, outages, samples, modal, depth, home } = frame;
    Object.assign(state, { me, team, offer, reads, outages, samples, modal, depth, home });
    state.people = byId(frame.people);
    state.channels = byId(frame.channels);
    state.statuses = new Map(frame.statuses.map((one) => [`${one.channel} ${one.thread}`, one.status]));
    state.messages.clear();
    for (const [channel, messages] of Object.entries(frame.messages))
      for (const one of messages) state.put(channel, one);
    state.entries.clear();
    state.entryOf.clear();
    for (const one of frame.entries) state.putEntry(one);
    state.tell("state");
  },
  message(state, { channel, message, parent }) {
    if (parent) state.put(channel, parent);
    state.put(channel, message);
    state.tell("messages", { channel });
  },
  deleted(state, { channel, ts }) {
    state.messages.get(channel)?.delete(ts);
    state.tell("messages", { channel });
  },
  channels(state, { channels }) {
    state.channels = byId(channels);
    state.tell("channels");
  },
  status(state, { channel, thread, status }) {
    if (status) state.statuses.set(`${channel} ${thread}`, status);
    else state.statuses.delete(`${channel} ${thread}`);
    state.tell("messages", { channel });
  },
  views(state, { modal, depth, home }) {
    Object.assign(state, { modal, depth, home });
    state.tell("views");
  },
  outages(state, frame) {
    state.outages = frame;
    state.tell("outages");
  },
  pending(state, frame) {
    state.pending = frame.calls;
    state.tell("pending");
  },
  entry(state, { entry }) {
    state.putEntry(entry);
    state.tell("entry", { number: entry.number });
  },
};

export const state = new State();
