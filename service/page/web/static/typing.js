// Search as one types: the page that Enter would open is shown as soon as one pauses.
import { clearTrouble, inTrouble } from "./telling.js";
import { form, found, here, load, show, stop } from "./swapping.js";

const DEBOUNCE_MS = 250;
let timer, atFirst;

const asks = (text) => /[\p{L}\p{N}]/u.test(text);

const wanted = () => {
  const given = [...new FormData(form())].filter(([, value]) => typeof value === "string" && value.trim());
  return "/?" + new URLSearchParams(given);
};

const search = async () => {
  const url = wanted();
  if (url === here()) { clearTrouble(); return; }
  if (await load(url, (to) => history.replaceState(null, "", to)) && scrollY) scrollTo(0, 0);
};

const typed = (event) => {
  if (event.isComposing || event.target.id !== "q") return;
  clearTimeout(timer);
  stop();
  if (asks(event.target.value)) timer = setTimeout(search, DEBOUNCE_MS);
  else if (atFirst && !event.target.value.trim()) {
    clearTrouble();
    show(atFirst.page.cloneNode(true));
    history.replaceState(null, "", atFirst.url);
  }
};

const sent = (event) => {
  clearTimeout(timer);
  stop();
  if (inTrouble() || !navigator.onLine) { // loading a page would lose the one shown
    event.preventDefault();
    search();
    return;
  }
  const first = document.querySelector("#found a.open");
  if (!first || wanted() !== here()) return;
  event.preventDefault(); // shown already: on to the first result
  first.focus();
};

export const startTyping = () => {
  if (!found() || !form()) return;
  if (document.body.classList.contains("home")) {
    atFirst = { page: document.cloneNode(true), url: location.href };
  }
  form().addEventListener("input", typed);
  form().addEventListener("compositionend", typed); // pinyin on its way is not what one asks
  form().addEventListener("submit", sent);
  addEventListener("online", () => { if (inTrouble()) search(); });
};
