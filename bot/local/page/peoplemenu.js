// Who one is at the moment, and who one could be.

import { avatar } from "./avatar.js";
import { el, fill, icon } from "./dom.js";
import { menuButton, openMenu } from "./menu.js";
import { ask, state } from "./shared.js";
import { orToast } from "./toasts.js";

export function peopleMenu() {
  const node = menuButton({ class: "me", data: { key: "me" } }, [], (anchor) => {
    const people = [...state.people.values()].filter((one) => one.playable);
    const items = people.map((one) => ({
      value: one.id,
      text: one.real_name,
      note: one.about,
      before: avatar(one),
    }));
    openMenu(anchor, [{ label: "Be somebody else", items }], (user) => orToast(ask("be", { user })), {
      chosen: state.me,
      align: "end",
      label: "People",
    });
  });
  state.on("state", () => {
    const me = state.myself;
    sessionStorage.setItem("me", state.me);
    node.setAttribute("aria-label", `You are ${me.real_name}, ${me.about}. Be somebody else`);
    fill(node, avatar(me, "small"), el("span", { class: "me-name" }, me.real_name), icon("down"));
  });
  return node;
}
