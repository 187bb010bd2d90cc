// Puts the page together and connects it.

import { fill } from "./dom.js";
import { personSwitch, placeHead, sidebar, themeSwitch } from "./frame.js";
import { HomePane } from "./views/home.js";
import { Inspector } from "./inspector/inspector.js";
import { connect } from "./live.js";
import { ChannelPane } from "./messages/channel.js";
import { ThreadPane } from "./messages/thread.js";
import { Modal } from "./views/modal.js";
import { followLinks, go, place } from "./places.js";
import { state } from "./state.js";

const node = (id) => document.getElementById(id);

const inspector = new Inspector(node("inspector"));
const channelPane = new ChannelPane(inspector);
const threadPane = new ThreadPane(node("thread"), inspector);
const homePane = new HomePane();
new Modal();
sidebar(node("side"));
const head = placeHead();
fill(node("tools"), themeSwitch(), inspector.toggle, personSwitch());

let begun = false;
state.on("state", () => {
  node("team").textContent = state.team;
  document.title = `${state.team} · Tickets`;
  node("note").textContent = state.offer.note;
  node("note").hidden = !state.offer.note;
  go(location.pathname, { replace: true, keepThread: begun });
  if (!begun && innerWidth > 860) node("composer")?.focus();
  begun = true;
});
state.on("place", () => {
  const pane = place.kind === "home" ? homePane : channelPane;
  if (!pane.node.isConnected) fill(node("place"), head, pane.node);
  pane.enter();
  threadPane.enter();
});
state.on("thread", () => threadPane.enter({ focus: true }));
state.on("messages entry", (event) => {
  if (event.channel && event.channel !== place.id) return;
  channelPane.draw();
  threadPane.draw();
});
state.on("views", () => homePane.draw());

followLinks();
connect(
  (frame) => state.take(frame),
  (running) => (node("offline").hidden = running),
  () => sessionStorage.getItem("me") ?? "",
);
