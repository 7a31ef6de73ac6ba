// The administration page: uploads with progress, a question before what cannot be undone, jobs followed to their end.
const admin = document.getElementById("admin");
const POLL_MS = 500;

const told = (answer) => answer?.error?.message ?? "";

const follow = async (line) => {
  const words = JSON.parse(admin.dataset.words);
  const far = document.getElementById("far");
  for (;;) {
    const answer = await fetch("/v1/jobs/" + line.dataset.follow);
    const job = await answer.json();
    if (!answer.ok) throw new Error(told(job));
    if (job.state === "done" || job.state === "failed") { location.reload(); return; }
    const stage = job.stage ? ` · ${words["stage_" + job.stage]}${job.total ? ` ${job.done}/${job.total}` : ""}` : "";
    const text = words["state_" + job.state] + stage;
    if (line.textContent !== text) line.textContent = text;
    if (job.total) { far.max = job.total; far.value = job.done; } else far.removeAttribute("value");
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
};

const send = (form, bar) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest(); // fetch tells no progress of an upload
  request.open("POST", form.dataset.api);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => request.status === 202 ? resolve(request.response) : reject(new Error(told(request.response))));
  request.addEventListener("error", () => reject(new Error(document.body.dataset.offline)));
  request.send(new FormData(form));
});

const upload = async (form) => {
  const bar = document.getElementById("progress");
  bar.hidden = false;
  try {
    const { id } = await send(form, bar);
    const page = new URL(location.href);
    page.hash = "";
    page.searchParams.set("job", id);
    location.assign(page);
  } catch (error) {
    bar.hidden = true;
    document.getElementById("sending").textContent = `${admin.dataset.failed} ${error.message}`;
  }
};

export const startAdmin = () => {
  admin.addEventListener("submit", (event) => {
    const { api, confirm: question } = event.target.dataset;
    if (question && !confirm(`${admin.dataset.confirm} ${question}`)) event.preventDefault();
    if (api) { event.preventDefault(); upload(event.target); }
  });
  const line = document.querySelector("[data-follow]");
  if (line) follow(line).catch((error) => { line.textContent = `${admin.dataset.failed} ${error.message}`; });
};
