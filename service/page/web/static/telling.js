// A short notice at the foot of the page, read out by screen readers.
let timer;

export const tell = (text) => {
  const told = document.getElementById("told");
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => { told.classList.remove("shown"); told.textContent = ""; }, 1800);
};
