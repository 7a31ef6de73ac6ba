// Search as one types: the page that Enter would open is fetched, and its results take the place of those shown.
import { tell } from "./telling.js";

const DEBOUNCE_MS = 250;
const SWAPPED = ["#found", ".top-links"];
let timer, fetching, atFirst;

const found = () => document.getElementById("found");
const form = () => document.querySelector("form.ask[role=search]");
const asks = (text) => /[\p{L}\p{N}]/u.test(text);

const wanted = () => {
  const given = [...new FormData(form())].filter(([, value]) => typeof value === "string" && value.trim());
  return "/?" + new URLSearchParams(given);
};

const show = (page) => {
  const said = page.querySelector("#found [role=status]")?.textContent ?? "";
  const opened = document.getElementById("filters")?.open; // what one opened stays open
  for (const part of SWAPPED) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  if (opened) document.getElementById("filters")?.setAttribute("open", "");
  document.title = page.title;
  document.body.classList.toggle("asked", !page.body.classList.contains("home"));
  document.getElementById("heard").textContent = said;
  if (scrollY) scrollTo(0, 0);
};

const stop = () => {
  clearTimeout(timer);
  fetching?.abort();
  found()?.removeAttribute("aria-busy");
};

const search = async () => {
  const url = wanted();
  if (url === location.pathname + location.search) return;
  const mine = (fetching = new AbortController());
  found().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: mine.signal });
    if (answer.redirected) { location.assign(url); return; } // the key has expired: the form to log in
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return;
    if (page.getElementById("found")) {
      show(page);
      history.replaceState(null, "", url);
    } else if (answer.status !== 422) { // half a question may be none yet; anything else is told
      tell(page.querySelector("h1")?.textContent ?? String(answer.status));
    }
  } catch (error) {
    if (error.name !== "AbortError") tell(document.body.dataset.offline);
  } finally {
    if (fetching === mine) found()?.removeAttribute("aria-busy");
  }
};

const typed = (event) => {
  if (event.isComposing || event.target.id !== "q") return;
  stop();
  if (asks(event.target.value)) timer = setTimeout(search, DEBOUNCE_MS);
  else if (atFirst && !event.target.value.trim()) {
    show(atFirst.page.cloneNode(true));
    history.replaceState(null, "", atFirst.url);
  }
};

const sent = (event) => {
  stop();
  const first = document.querySelector("#found a.open");
  if (!first || wanted() !== location.pathname + location.search) return;
  event.preventDefault(); // shown already: on to the first result
  first.focus();
};

const chose = (event) => {
  if (event.target.tagName !== "SELECT" || !asks(document.getElementById("q").value)) return;
  stop();
  search();
};

export const startTyping = () => {
  if (!found() || !form()) return;
  if (document.body.classList.contains("home")) {
    atFirst = { page: document.cloneNode(true), url: location.href };
  }
  form().addEventListener("input", typed);
  form().addEventListener("compositionend", typed); // pinyin on its way is not what one asks
  form().addEventListener("submit", sent);
  form().addEventListener("change", chose);
  addEventListener("pagehide", stop);
};
