// What is looked for in a document is marked by the server; this steps from mark to mark.
export const startFinding = () => {
  const form = document.querySelector("form.find");
  const marks = form && new URLSearchParams(location.search).get("find") ? [...document.querySelectorAll(".body mark")] : [];
  if (!marks.length) return;
  const [box, told] = [form.querySelector("#find"), form.querySelector(".at")];
  const asked = box.value;
  let at = -1;
  const step = (by) => {
    marks[at]?.classList.remove("now");
    at = (at + by + marks.length) % marks.length;
    marks[at].classList.add("now");
    marks[at].scrollIntoView({ block: "center" });
    told.textContent = `${at + 1} / `;
  };
  told.hidden = false;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || box.value !== asked) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  form.classList.add("stepped");
  if (!location.hash) step(1);
  box.focus({ preventScroll: true });
};
