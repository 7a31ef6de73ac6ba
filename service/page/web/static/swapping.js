// A page of the search at a URL → its results in the place of those shown; focus, caret and open panels stay.
import { clearTrouble, trouble } from "./telling.js";
import { comesAgain } from "./waiting.js";

const SWAPPED = ["#found", ".top-links"];
const QUIET_MS = 900; // a screen reader hears of the results once, when one has stopped typing
const RETRY_MS = 3000;
let fetching, hearing, retrying;

export const found = () => document.getElementById("found");
export const form = () => document.querySelector("form.ask[role=search]");
export const here = () => location.pathname + location.search;

const hear = (page) => {
  const said = [...page.querySelectorAll("#found > .bar .count, #answer, #found .nothing")].map((one) => one.textContent.replace(/\s+/g, " ").trim());
  clearTimeout(hearing);
  hearing = setTimeout(() => { document.getElementById("heard").textContent = said.join("。"); }, QUIET_MS);
};

const focusedChip = () => {
  const chip = document.activeElement?.closest?.("[data-chip]");
  return chip && { value: chip.dataset.chip, chosen: Boolean(chip.closest(".chosen")) };
};

const refocus = ({ value, chosen }) => {
  const same = [...document.querySelectorAll("[data-chip]")].find((one) => one.dataset.chip === value && Boolean(one.closest(".chosen")) === chosen);
  const next = same?.checkVisibility?.() === false ? undefined : same;
  (next ?? document.querySelector(chosen ? ".chosen a, #filters summary" : "#filters summary"))?.focus({ preventScroll: true });
};

// The form keeps what is typed; what it sends along is that of the page shown.
const syncForm = (page) => {
  const fresh = page.querySelector("form.ask[role=search]");
  if (!fresh || !form()) return;
  for (const old of form().querySelectorAll("input[type=hidden]")) old.remove();
  form().append(...[...fresh.querySelectorAll("input[type=hidden]")].map((one) => document.adoptNode(one)));
};

export const show = (page) => {
  const open = [...document.querySelectorAll("#filters, #filters details")].filter((one) => one.open).map((one) => one.id);
  const chip = focusedChip();
  for (const part of SWAPPED) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  syncForm(page);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (chip) refocus(chip);
  document.title = page.title;
  document.body.classList.toggle("asked", !page.body.classList.contains("home"));
  hear(document);
};

export const stop = () => {
  clearTimeout(retrying);
  fetching?.abort();
  found()?.removeAttribute("aria-busy");
};

const retryLater = (load, seconds) => { retrying = setTimeout(load, Math.max(RETRY_MS, 1000 * seconds)); };

// Resolves to true once the results are shown. What cannot be reached is said, and tried again by itself.
export const load = async (url, remember) => {
  stop();
  const mine = (fetching = new AbortController());
  const again = () => load(url, remember);
  found().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: mine.signal });
    if (answer.redirected) { location.assign(url); return false; } // the key has expired: the form to log in
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return false;
    if (page.getElementById("found")) {
      clearTrouble();
      show(page);
      remember(url);
      return true;
    }
    const problem = page.querySelector("[data-code]");
    if (answer.status === 422 && problem?.dataset.code !== "question_too_long") return false; // half a question may be none yet
    trouble(page.querySelector("h1")?.textContent ?? String(answer.status));
    if (comesAgain(answer.status, page)) retryLater(again, Number(answer.headers.get("Retry-After")) || 0);
  } catch (error) {
    if (error.name === "AbortError") return false;
    trouble(document.body.dataset.offline);
    retryLater(again, 0);
  } finally {
    if (fetching === mine) found()?.removeAttribute("aria-busy");
  }
  return false;
};

// Filters, ranking modes and pages of results: links that open the same page with other results.
const followed = (event) => {
  const link = event.target.closest(".chosen a, .filters a.chip, .modes a, #found .pages a");
  if (!link || !found() || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.pathname !== "/" || location.pathname !== "/" || url.origin !== location.origin) return;
  event.preventDefault();
  const turns = Boolean(link.closest(".pages"));
  load(url.pathname + url.search, (to) => history.pushState(null, "", to)).then((done) => {
    if (!done || !turns) return;
    scrollTo(0, 0);
    document.querySelector("#found a.open")?.focus({ preventScroll: true });
  });
};

export const startSwapping = () => {
  if (!found() || !form()) return;
  let shown = here();
  const box = document.getElementById("q");
  document.addEventListener("click", followed);
  addEventListener("pagehide", stop);
  addEventListener("popstate", () => {
    if (here() === shown) return; // only the fragment changed
    shown = here();
    if (box) box.value = new URLSearchParams(location.search).get("q") ?? "";
    load(here(), () => {});
  });
  new MutationObserver(() => { shown = here(); }).observe(document.getElementById("main"), { childList: true });
  document.addEventListener("input", (event) => { // within a long list of values
    const list = event.target.closest(".more")?.querySelector("ul");
    if (!list) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const one of list.children) one.hidden = !one.textContent.toLowerCase().includes(wanted);
  });
};
