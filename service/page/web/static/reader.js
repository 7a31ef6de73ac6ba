// The reader: the opened clause comes into view, and stays marked until another is chosen; the outline follows.
const BELOW_HEADER = 120;

const followOutline = (outline) => {
  const links = [...outline.querySelectorAll("a[href^='#']")];
  const targets = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length || targets.includes(null)) return;
  let shown, asked = false;
  const follow = () => {
    asked = false;
    const top = document.querySelector(".current, :target")?.getBoundingClientRect().top ?? 0;
    const line = top > BELOW_HEADER && top < innerHeight * 0.75 ? top + 1 : BELOW_HEADER; // of what one came for, if in view
    let [low, high] = [0, targets.length]; // they stand in order: few of many are measured
    while (low < high) {
      const middle = (low + high) >> 1;
      if (targets[middle].getBoundingClientRect().top <= line) low = middle + 1;
      else high = middle;
    }
    const next = links[low - 1];
    if (next === shown) return;
    shown?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "location");
    shown = next;
    if (!next) return;
    const [shownAt, box] = [next.getBoundingClientRect(), outline.getBoundingClientRect()];
    if (shownAt.top < box.top || shownAt.bottom > box.bottom) outline.scrollTop += shownAt.top - box.top - box.height / 3;
  };
  addEventListener("scroll", () => { if (!asked) { asked = true; requestAnimationFrame(follow); } }, { passive: true });
  follow();
};

export const startReader = () => {
  const current = document.querySelector(".current");
  const quoted = document.querySelector("#quoted mark");
  const inView = (one) => one.scrollIntoView({ block: one.offsetHeight < innerHeight / 2 ? "center" : "start" });
  if (quoted) inView(quoted);
  else if (current && !location.hash) inView(current);
  addEventListener("hashchange", () => {
    const shown = document.querySelector(".current");
    if (shown?.id === decodeURIComponent(location.hash.slice(1))) return;
    for (const one of document.querySelectorAll(".current, .within")) one.classList.remove("current", "within");
  });
  const outline = document.querySelector(".outline details");
  if (outline && matchMedia("(max-width: 60rem)").matches) outline.open = false;
  const side = document.querySelector(".outline");
  if (side) followOutline(side);
};
