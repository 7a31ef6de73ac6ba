// Recent questions: kept in this browser's localStorage only, shown on the first page, cleared by a button.
const KEY = "tiaowen.recent";
const KEPT = 8;

const load = () => {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string").slice(0, KEPT) : [];
  } catch { // forbidden, or not ours
    return [];
  }
};

const save = (questions) => {
  try {
    if (questions.length) localStorage.setItem(KEY, JSON.stringify(questions));
    else localStorage.removeItem(KEY);
  } catch { /* a browser that keeps nothing */ }
};

const remember = (question) => {
  const asked = question.trim();
  if (asked) save([asked, ...load().filter((one) => one !== asked)].slice(0, KEPT));
};

const showRecent = () => {
  const section = document.getElementById("recent");
  if (!section) return;
  const questions = load();
  section.hidden = !questions.length;
  const link = section.querySelector("template").content.firstElementChild;
  section.querySelector("ul").replaceChildren(...questions.map((question) => {
    const line = link.cloneNode(true);
    const chip = line.querySelector("a");
    const url = new URL(chip.getAttribute("href"), location.href);
    url.searchParams.set("q", question);
    chip.href = url.pathname + url.search;
    chip.textContent = question;
    return line;
  }));
};

export const startRecent = () => {
  const asked = () => new URLSearchParams(location.search).get("q") ?? "";
  const onSearch = () => location.pathname === "/" && asked();
  if (onSearch() && document.getElementById("found")) remember(asked());
  showRecent();
  new MutationObserver(showRecent).observe(document.getElementById("main"), { childList: true });
  addEventListener("pageshow", showRecent);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.ask[role=search]")) remember(event.target.elements.q.value);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#recent .clear")) {
      save([]);
      showRecent();
      document.getElementById("q")?.focus();
    } else if (onSearch() && event.target.closest("#found a, #found button")) {
      remember(asked()); // a question that was typed and not sent counts once its results are used
    }
  });
};
