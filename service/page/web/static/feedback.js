// The feedback form is sent without leaving the results. Listens on the document: results come and go.
import { tell } from "./telling.js";

const send = async (event) => {
  const form = event.target;
  if (!form.matches(".feedback form")) return;
  event.preventDefault();
  const fields = new FormData(form);
  if (event.submitter) fields.set("verdict", event.submitter.value);
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    tell(page.querySelector("main h1")?.textContent ?? String(answer.status));
    if (answer.ok) form.closest("details").open = false;
  } catch {
    tell(document.body.dataset.offline);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
};

export const startFeedback = () => document.addEventListener("submit", send);
