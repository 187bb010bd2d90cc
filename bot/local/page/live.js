// The one WebSocket: what is asked and answered, and what is told unasked. It comes back by itself.

const STRANGER = 4401;

export class Live {
  /** `heard` is called with each thing told; `changed` with "open" or "closed". `who` gives the person to begin as. */
  constructor(heard, changed, who) {
    this.heard = heard;
    this.changed = changed;
    this.who = who;
    this.waiting = new Map();
    this.count = 0;
    this.patience = 250;
    this.connect();
  }

  connect() {
    const token = document.querySelector('meta[name="workspace-token"]').content;
    this.socket = new WebSocket(`ws://${location.host}/live`);
    this.socket.onopen = () => {
      this.patience = 250;
      this.socket.send(JSON.stringify({ token, user: this.who() }));
      this.changed("open");
    };
    this.socket.onmessage = (event) => this.took(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      for (const { fail } of this.waiting.values())
        fail(new Refused("gone", "The workspace is not running. It is waited for."));
      this.waiting.clear();
      // A workspace that was started anew has another token: only loading the page again brings it.
      if (event.code === STRANGER) location.reload();
      this.changed("closed");
      setTimeout(() => this.connect(), this.patience);
      this.patience = Math.min(this.patience * 2, 4000);
    };
  }

  took(frame) {
    const asked = this.waiting.get(frame.re);
    if (!asked) {
      this.heard(frame);
      return;
    }
    this.waiting.delete(frame.re);
    if (frame.ok) asked.done(frame);
    else asked.fail(new Refused(frame.code, frame.error));
  }

  /** What came of it. Rejects with `Refused`. */
  ask(what, parts = {}) {
    return new Promise((done, fail) => {
      if (this.socket.readyState !== WebSocket.OPEN) {
        fail(new Refused("gone", "The workspace is not running. It is waited for."));
        return;
      }
      this.count += 1;
      this.waiting.set(this.count, { done, fail });
      this.socket.send(JSON.stringify({ id: this.count, do: what, ...parts }));
    });
  }
}

export class Refused extends Error {
  constructor(code, told) {
    super(told);
    this.code = code;
  }
}
