// A citation as printed → the style that is wanted: in full, short, or as a Markdown link to the clause.
const KEY = "tiaowen.style";
export const STYLES = ["full", "short", "link"];

export const chosenStyle = () => {
  try {
    const stored = localStorage.getItem(KEY);
    return STYLES.includes(stored) ? stored : STYLES[0];
  } catch {
    return STYLES[0];
  }
};

export const chooseStyle = (style) => {
  try { localStorage.setItem(KEY, style); } catch { /* a browser that keeps nothing */ }
};

// 《标题》（文号）第五部分第（十五）条 → 文号 第（十五）条. The part goes only where the number is the document's only one.
export const short = (citation, alone) => {
  const [, title, number, place] = citation.match(/^(《[^》]*》)(?:（([^）]*)）)?(.*)$/s) ?? [, citation, "", ""];
  const within = alone ? place.replace(/^第[^第（）“]+部分(?=第)/, "") : place;
  return (number || title) + (within ? " " + within : "");
};

const permalink = (button) => {
  const holder = button.closest(".card, .block, figure, tr");
  const url = new URL(holder.querySelector("a.open, figcaption a").href);
  if (url.hash === "#quoted") url.hash = url.searchParams.get("clause").split("#").pop();
  for (const name of ["q", "lang", "find", "quote"]) url.searchParams.delete(name);
  if (!url.search) url.search = "";
  return url.href;
};

const escaped = (text) => text.replace(/[\\[\]]/g, "\\$&");

// What the button copies. A button without data-cite copies data-copy as it is.
export const wanted = (button, style = chosenStyle()) => {
  const { copy, cite, quote, alone } = button.dataset;
  if (cite === undefined) return copy;
  const said = { full: () => cite, short: () => short(cite, alone !== undefined),
                 link: () => `[${escaped(cite)}](${permalink(button)})` }[style]();
  return quote ? `${quote}（${said}）` : said;
};
