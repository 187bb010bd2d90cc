// What this page's person sees, kept up to date by what the workspace tells. Whoever draws something listens here.

export class State extends EventTarget {
  constructor() {
    super();
    this.me = "";
    this.people = new Map();
    this.channels = new Map();
    this.messages = new Map();
    this.statuses = new Map();
    this.reads = {};
    this.modal = null;
    this.depth = 0;
    this.home = null;
    this.outages = { slack: "fine", model: "fine", has_model: false };
    this.entries = new Map();
    this.entryOf = new Map(); // by channel and timestamp of a message
    this.pending = 0;
    this.offer = null;
    this.connected = false;
  }

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
    return [...(this.messages.get(channel)?.values() ?? [])].sort((one, other) =>
      one.ts < other.ts ? -1 : 1,
    );
  }

  roots(channel) {
    return this.all(channel).filter((one) => isRoot(one));
  }

  thread(channel, ts) {
    return this.all(channel).filter((one) => one.ts === ts || one.thread_ts === ts);
  }

  status(channel, thread) {
    return this.statuses.get(`${channel} ${thread}`) ?? "";
  }

  person(id) {
    return this.people.get(id) ?? { id, name: id, real_name: id, bot: false, about: "" };
  }

  get myself() {
    return this.person(this.me);
  }

  get bot() {
    return [...this.people.values()].find((one) => one.bot && this.dm?.members.includes(one.id));
  }

  /** This person's direct messages with the app; none for people of other organisations. */
  get dm() {
    return [...this.channels.values()].find((one) => one.kind === "im");
  }

  /** What is new: `bold` for something in the channel, `count` of what is addressed to this person. */
  unread(channel) {
    const read = this.reads[channel] ?? "";
    const fresh = this.all(channel).filter((one) => one.ts > read && one.user !== this.me);
    const direct = this.channels.get(channel)?.kind === "im";
    const count = fresh.filter((one) => direct || one.is_ephemeral || this.concerns(channel, one)).length;
    return { bold: count > 0 || fresh.some(isRoot), count };
  }

  concerns(channel, message) {
    if (isRoot(message)) return false;
    return this.thread(channel, message.thread_ts).some((one) => one.user === this.me);
  }

  markRead(channel, ts) {
    if (ts <= (this.reads[channel] ?? "")) return false;
    this.reads[channel] = ts;
    this.tell("reads", { channel });
    return true;
  }
}

export function isRoot(message) {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

const TAKEN = {
  state(state, frame) {
    state.me = frame.me;
    state.team = frame.team;
    state.offer = frame.offer;
    state.people = new Map(frame.people.map((one) => [one.id, one]));
    state.channels = new Map(frame.channels.map((one) => [one.id, one]));
    state.messages = new Map();
    for (const [channel, messages] of Object.entries(frame.messages))
      for (const one of messages) state.put(channel, one);
    state.statuses = new Map(frame.statuses.map((one) => [`${one.channel} ${one.thread}`, one.status]));
    state.reads = frame.reads;
    state.outages = frame.outages;
    state.entries = new Map();
    state.entryOf = new Map();
    for (const one of frame.entries) state.putEntry(one);
    Object.assign(state, { modal: frame.modal, depth: frame.depth, home: frame.home });
    state.tell("state");
  },
  message(state, frame) {
    if (frame.parent) state.put(frame.channel, frame.parent);
    state.put(frame.channel, frame.message);
    state.tell("messages", { channel: frame.channel, ts: frame.message.ts });
  },
  deleted(state, frame) {
    state.messages.get(frame.channel)?.delete(frame.ts);
    state.tell("messages", { channel: frame.channel, ts: frame.ts });
  },
  channels(state, frame) {
    state.channels = new Map(frame.channels.map((one) => [one.id, one]));
    state.tell("channels");
  },
  status(state, frame) {
    const key = `${frame.channel} ${frame.thread}`;
    if (frame.status) state.statuses.set(key, frame.status);
    else state.statuses.delete(key);
    state.tell("messages", { channel: frame.channel, ts: frame.thread });
  },
  views(state, frame) {
    Object.assign(state, { modal: frame.modal, depth: frame.depth, home: frame.home });
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
  entry(state, frame) {
    state.putEntry(frame.entry);
    state.tell("entry", { number: frame.entry.number });
  },
};
