// Short notices at the foot of the page, read out by screen readers: told for a moment, or troubles that stay.
let timer;

export const tell = (text) => {
  const told = document.getElementById("told");
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => { told.classList.remove("shown"); told.textContent = ""; }, 1800);
};

const line = () => document.getElementById("trouble");

export const inTrouble = () => Boolean(line()?.textContent);

export const trouble = (text) => { if (line().textContent !== text) line().textContent = text; };

export const clearTrouble = () => { line().textContent = ""; };
