// A page that says "not yet" comes again by itself: it asks whether it can be shown, and loads once it can.
const OFTEN_MS = 1500;
const SELDOM_MS = 15000;

// A page whose search failed after it had begun says so with status 200, what stands before the service with 503 alone.
export const comesAgain = (status, page) => status === 503 || status === 429 || Boolean(page.querySelector(".problem[data-wait]"));

export const startWaiting = () => {
  if (!comesAgain(200, document)) return;
  let pause = OFTEN_MS;
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!comesAgain(answer.status, page)) { location.reload(); return; }
    } catch { /* not there at all: asked again */ }
    pause = Math.min(1.3 * pause, SELDOM_MS);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
};
