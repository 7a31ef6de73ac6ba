// The menu beside a copy button: three styles of citation; the last choice is remembered and shown on every button.
import { chooseStyle, chosenStyle, STYLES } from "./citations.js";
import { copy } from "./copying.js";
import { beside } from "./notes.js";

const SCROLLED_PX = 40;
let opener, openedAt;

const menu = () => document.getElementById("styles");
const choices = () => [...menu().querySelectorAll("[data-style]")];

const showChosen = () => {
  const chosen = chosenStyle();
  for (const one of choices()) {
    one.setAttribute("aria-checked", String(one.dataset.style === chosen));
    if (one.dataset.style === chosen) {
      document.documentElement.style.setProperty("--style", JSON.stringify(one.dataset.name));
    }
  }
};

const close = (focus) => {
  if (!opener) return;
  menu().hidePopover();
  opener.setAttribute("aria-expanded", "false");
  if (focus) opener.focus();
  opener = undefined;
};

const open = (button) => {
  close(false);
  opener = button;
  button.setAttribute("aria-expanded", "true");
  menu().showPopover();
  openedAt = scrollY;
  beside(menu(), button);
  choices()[STYLES.indexOf(chosenStyle())].focus();
};

const pressed = (event) => {
  const all = choices();
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) all[(to + all.length) % all.length].focus();
  else if (event.key === "Escape") close(true);
  else if (event.key === "Tab") { close(true); return; }
  else return;
  event.preventDefault();
};

export const startStyles = () => {
  if (!menu()?.showPopover) return;
  document.documentElement.classList.add("styled");
  showChosen();
  menu().addEventListener("keydown", pressed);
  addEventListener("storage", showChosen);
  addEventListener("pageshow", showChosen);
  addEventListener("scroll", () => { if (Math.abs(scrollY - openedAt) > SCROLLED_PX) close(false); }, { passive: true });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.styles");
    const choice = event.target.closest("#styles [data-style]");
    if (button) { if (button === opener) close(true); else open(button); return; }
    if (choice) {
      const chosenFor = opener;
      chooseStyle(choice.dataset.style);
      showChosen();
      close(true);
      copy(chosenFor.parentElement.querySelector("button.copy"));
      return;
    }
    close(false);
  });
};
