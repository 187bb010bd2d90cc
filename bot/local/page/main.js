// Puts the page together and connects it.

import { ChannelPane } from "./channelpane.js";
import { el, fill } from "./dom.js";
import { HomePane } from "./homepane.js";
import { Inside } from "./inside.js";
import { Live } from "./live.js";
import { Modal } from "./modal.js";
import { peopleMenu } from "./peoplemenu.js";
import { placeHead } from "./placehead.js";
import { followLinks, go, place } from "./places.js";
import { connectBy, state } from "./shared.js";
import { sidebar } from "./sidebar.js";
import { ThreadPane } from "./threadpane.js";
import { themeSwitch } from "./themeswitch.js";

const node = (id) => document.getElementById(id);

const inside = new Inside(node("inside"));
const look = (message) => inside.of(message, place.id);
const channelPane = new ChannelPane({ look });
const homePane = new HomePane();
const threadPane = new ThreadPane(node("thread"), { look });
const head = el("div", { class: "place-head" });
const middle = el("div", { class: "middle" });
fill(node("place"), head, middle);
placeHead(head);
sidebar(node("side"));
new Modal();
const offline = el(
  "p",
  { class: "offline", role: "alert", hidden: true },
  "The workspace is not running. This page comes back by itself.",
);
document.body.append(offline);
fill(node("tools"), themeSwitch(), inside.toggle, peopleMenu());
if (sessionStorage.getItem("inside")) inside.show(true);

function showPlace() {
  const pane = place.kind === "home" ? homePane : channelPane;
  if (!pane.node.isConnected) fill(middle, pane.node);
  pane.enter();
  threadPane.enter();
}

let begun = false;
state.on("state", () => {
  node("team").textContent = state.team;
  document.title = `${state.team} · Tickets`;
  const note = node("note");
  note.textContent = state.offer.note;
  note.hidden = !state.offer.note;
  go(location.pathname, { replace: true, keepThread: begun });
  begun = true;
});
state.on("place", () => showPlace());
state.on("thread", (event) => threadPane.enter({ focus: event.opened }));
state.on("messages", (event) => {
  if (event.channel !== place.id) return;
  channelPane.draw();
  threadPane.draw();
});
state.on("entry", () => {
  channelPane.draw();
  threadPane.draw();
});
state.on("views", () => homePane.draw());

followLinks();
connectBy(
  new Live(
    (frame) => state.take(frame),
    (now) => (offline.hidden = now === "open"),
    () => sessionStorage.getItem("me") ?? "",
  ),
);
