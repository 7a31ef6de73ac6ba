// The administration page: uploads with progress, deletions and the way back to a snapshot, by the API.
const admin = document.getElementById("admin");
const job = document.getElementById("job");
const bar = document.getElementById("progress");
const POLL_MS = 500;

const told = (answer) => answer?.error?.message ?? admin.dataset.failed;

const follow = async (id) => {
  for (;;) {
    const answer = await fetch("/v1/jobs/" + id);
    const state = await answer.json();
    if (!answer.ok) throw new Error(told(state));
    if (state.state === "failed") throw new Error(state.message);
    if (state.state === "done") {
      const problems = state.problems.map((one) => one.file + ": " + one.message).join("; ");
      if (problems) { job.textContent = problems; return; }
      location.reload();
      return;
    }
    job.textContent = `${admin.dataset.working} ${state.stage || state.state} ${state.total ? `${state.done}/${state.total}` : ""}`;
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
};

const fail = (error) => { bar.hidden = true; job.textContent = `${admin.dataset.failed} ${error.message}`; };

const send = (form) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest(); // fetch tells no progress of an upload
  request.open("POST", form.action);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => request.status === 202 ? resolve(request.response) : reject(new Error(told(request.response))));
  request.addEventListener("error", () => reject(new Error("")));
  request.send(new FormData(form));
});

const ask = async (method, path) => {
  const answer = await fetch(path, { method });
  const body = await answer.json();
  if (!answer.ok) throw new Error(told(body));
  return body;
};

export const startAdmin = () => {
  document.getElementById("upload").addEventListener("submit", async (event) => {
    event.preventDefault();
    bar.hidden = false;
    try { await follow((await send(event.target)).id); } catch (error) { fail(error); }
  });
  admin.addEventListener("click", async (event) => {
    const { delete: gone, publish } = event.target.dataset;
    if ((!gone && !publish) || !confirm(admin.dataset.confirm + " " + event.target.ariaLabel)) return;
    try {
      if (gone) await follow((await ask("DELETE", gone)).id);
      else { await ask("POST", publish); location.reload(); }
    } catch (error) { fail(error); }
  });
};
