// Where one is: a channel with or without a thread, or the app. Its address is the page's, so links to it work.

import { state } from "./state.js";

export const place = { kind: "channel", id: "", thread: "", marked: "" };

export function address(channel, ts = "") {
  return `/archives/${channel}${ts ? `/p${ts.replace(".", "")}` : ""}`;
}

function read(path) {
  const [first, channel, message] = path.split("/").slice(1);
  if (first === "home") return { kind: "home", id: state.dm?.id ?? "", thread: "", marked: "" };
  // p1700000000000100 is the message of 1700000000.000100.
  const marked = /^p\d{11,}$/.test(message ?? "") ? `${message.slice(1, -6)}.${message.slice(-6)}` : "";
  const found = marked && state.message(channel, marked);
  const thread = found?.thread_ts && found.thread_ts !== marked ? found.thread_ts : "";
  return { kind: "channel", id: first === "archives" ? channel : "", thread, marked };
}

/** Go to `path`; somewhere that this person does not see becomes the first channel that they do. */
export function go(path, { replace = false, keepThread = false } = {}) {
  const before = { ...place };
  Object.assign(place, read(path));
  if (place.kind === "home" ? !place.id : !state.channels.has(place.id)) {
    const first = [...state.channels.values()].find((one) => one.kind !== "im" && one.joined);
    Object.assign(place, { kind: "channel", id: first?.id ?? "", thread: "", marked: "" });
  }
  if (keepThread && before.id === place.id && !place.thread) place.thread = before.thread;
  const shown = place.kind === "home" ? "/home" : address(place.id, place.marked);
  if (shown !== location.pathname) history[replace ? "replaceState" : "pushState"](null, "", shown);
  state.tell("place");
}

/** "" closes it. */
export function openThread(ts) {
  place.thread = ts;
  state.tell("thread");
}

/** Follow links into the workspace without loading the page again. */
export function followLinks() {
  addEventListener("popstate", () => go(location.pathname, { replace: true }));
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!anchor || event.defaultPrevented || elsewhere) return;
    const url = new URL(anchor.href);
    if (url.origin !== location.origin || !/^\/(archives\/|home$|$)/.test(url.pathname)) return;
    event.preventDefault();
    go(url.pathname);
  });
}
