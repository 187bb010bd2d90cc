// The WebSocket to the workspace: requests and their answers, and what is pushed. It reconnects by itself.

import { toast } from "./dom.js";

const STRANGER = 4401; // closed: the workspace was restarted, and only loading the page again brings its new token
const GONE = "The workspace is not running. This page reconnects by itself.";

const waiting = new Map();
let socket = null;
let count = 0;
let pause = 250; // milliseconds until the next attempt

/** `heard` gets each frame that is pushed, `changed` whether the workspace is there; `who` gives the person to begin as. */
export function connect(heard, changed, who) {
  const { content: token } = document.querySelector('meta[name="workspace-token"]');
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.onopen = () => {
    pause = 250;
    socket.send(JSON.stringify({ token, user: who() }));
    changed(true);
  };
  socket.onmessage = (event) => {
    const frame = JSON.parse(event.data);
    const asked = waiting.get(frame.re);
    waiting.delete(frame.re);
    if (!asked) heard(frame);
    else if (frame.ok) asked.done(frame);
    else asked.fail(new Error(frame.error));
  };
  socket.onclose = (event) => {
    for (const { fail } of waiting.values()) fail(new Error(GONE));
    waiting.clear();
    if (event.code === STRANGER) location.reload();
    changed(false);
    setTimeout(() => connect(heard, changed, who), pause);
    pause = Math.min(pause * 2, 4000);
  };
}

/** The answer to a request; rejects with the sentence that says why it was refused. */
export function request(what, parts = {}) {
  return new Promise((done, fail) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      fail(new Error(GONE));
      return;
    }
    count += 1;
    waiting.set(count, { done, fail });
    socket.send(JSON.stringify({ id: count, do: what, ...parts }));
  });
}

/** The same for what a person did: null, and a note that says why, where it was refused. */
export async function ask(what, parts) {
  try {
    return await request(what, parts);
  } catch (refused) {
    toast(refused.message);
    return null;
  }
}
