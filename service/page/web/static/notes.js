// Popovers stand beside what opened them; without this file the browser shows them in the middle of the window.
const GAP = 6;

export const beside = (popover, button) => {
  const at = button.getBoundingClientRect();
  const [width, height] = [popover.offsetWidth, popover.offsetHeight];
  const below = at.bottom + GAP + height <= innerHeight || at.top < GAP + height;
  popover.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  popover.style.top = `${below ? at.bottom + GAP : at.top - GAP - height}px`;
};

export const startNotes = () => document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget]");
  const note = button && document.getElementById(button.getAttribute("popovertarget"));
  if (!note?.togglePopover) return;
  event.preventDefault(); // done here, so that its place is known before it is painted
  if (note.togglePopover() && !note.matches(".centred")) beside(note, button);
});
