// The reader: the opened clause comes into view, and stays marked until another is chosen.
export const startReader = () => {
  const current = document.querySelector(".current");
  if (current && !location.hash) current.scrollIntoView({ block: "center" });
  addEventListener("hashchange", () => {
    const shown = document.querySelector(".current");
    if (shown && shown.id !== decodeURIComponent(location.hash.slice(1))) shown.classList.remove("current");
  });
  const outline = document.querySelector(".outline details");
  if (outline && matchMedia("(max-width: 60rem)").matches) outline.open = false;
};
