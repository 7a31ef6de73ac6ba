// Keys and copying. Everything else works without this file.
"use strict";
(() => {
  const box = document.getElementById("q");
  const told = document.getElementById("told");
  const stops = () => [...document.querySelectorAll("main a.open")];

  const move = (step) => {
    const all = stops();
    if (!all.length) return false;
    const current = document.querySelector(".current a.open");
    const from = all.includes(document.activeElement) ? document.activeElement : current;
    const at = all.indexOf(from);
    const next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
    if (next < 0) { if (box) box.focus(); return true; }
    if (next >= all.length) return true;
    all[next].focus({ preventScroll: true });
    const holder = all[next].closest(".card, .block, li") || all[next];
    holder.scrollIntoView({ block: "nearest" });
    return true;
  };

  const tell = (text) => {
    told.textContent = text;
    told.classList.add("shown");
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => { told.classList.remove("shown"); told.textContent = ""; }, 1800);
  };

  // navigator.clipboard exists on https and localhost only; an intranet host needs the old way.
  const oldCopy = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    area.readOnly = true;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = oldCopy(text);
      button.focus();
    }
    tell(done ? document.body.dataset.copied + "：" + text : document.body.dataset.copyFailed);
  };

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea, select");
    const key = event.key;
    if (field) {
      if (key === "ArrowDown" && field === box && move(1)) event.preventDefault();
      return;
    }
    if (key === "/" || key === "Escape") {
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (key === "j" || key === "ArrowDown") {
      if ((key === "j" || event.target.matches("a.open")) && move(1)) event.preventDefault();
    } else if (key === "k" || key === "ArrowUp") {
      if ((key === "k" || event.target.matches("a.open")) && move(-1)) event.preventDefault();
    } else if (key === "c") {
      const holder = document.activeElement.closest(".card, .block, .route") || document.querySelector(".block.current");
      const button = holder && holder.querySelector("button.copy");
      if (button) { event.preventDefault(); copy(button); }
    }
  });

  const current = document.querySelector(".current");
  if (current && !location.hash) current.scrollIntoView({ block: "center" });
  addEventListener("hashchange", () => {
    const shown = document.querySelector(".current");
    if (shown && shown.id !== decodeURIComponent(location.hash.slice(1))) shown.classList.remove("current");
  });
  const outline = document.querySelector(".outline details");
  if (outline && matchMedia("(max-width: 60rem)").matches) outline.open = false;
})();
