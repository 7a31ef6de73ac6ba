// button.copy → clipboard. Listens on the document: results come and go while one types.
import { wanted } from "./citations.js";
import { tell } from "./telling.js";

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

export const copyText = async (text, button) => {
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

export const copy = (button) => copyText(wanted(button), button);

export const startCopying = () => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });
};
