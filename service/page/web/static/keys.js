// The keyboard: / to ask, arrows or j and k to choose, c to copy, Esc back to the box, ? for the list of keys.
import { copy } from "./copying.js";

const box = () => document.getElementById("q");
const stops = () => [...document.querySelectorAll("main a.open")];

const move = (step) => {
  const all = stops();
  if (!all.length) return false;
  const current = document.querySelector(".current a.open");
  const from = all.includes(document.activeElement) ? document.activeElement : current;
  const at = all.indexOf(from);
  const next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
  if (next < 0) { box()?.focus(); return true; }
  if (next >= all.length) return true;
  all[next].focus({ preventScroll: true });
  const holder = all[next].closest(".card, .block, li") || all[next];
  holder.scrollIntoView({ block: "nearest" });
  return true;
};

const pressed = (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && document.querySelector(":popover-open")) return; // closes that first
  const field = event.target.closest("input, textarea, select");
  const key = event.key;
  if (field) {
    if (key === "ArrowDown" && field === box() && move(1)) event.preventDefault();
    return;
  }
  if (key === "/" || key === "Escape") {
    if (!box()) return;
    event.preventDefault();
    box().focus();
    box().select();
  } else if (key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.togglePopover?.();
  } else if (key === "j" || key === "ArrowDown") {
    if ((key === "j" || event.target.matches("a.open")) && move(1)) event.preventDefault();
  } else if (key === "k" || key === "ArrowUp") {
    if ((key === "k" || event.target.matches("a.open")) && move(-1)) event.preventDefault();
  } else if (key === "c") {
    const holder = document.activeElement.closest(".card, .block, .route, .answer figure, tr") || document.querySelector(".block.current, tr.current");
    const button = holder && holder.querySelector("button.copy");
    if (button) { event.preventDefault(); copy(button); }
  }
};

export const startKeys = () => document.addEventListener("keydown", pressed);
