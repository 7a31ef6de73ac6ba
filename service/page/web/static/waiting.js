// A page that says "not yet" comes again by itself: it asks whether it can be shown, and loads once it can.
const OFTEN_MS = 1500;
const SELDOM_MS = 15000;

export const startWaiting = () => {
  const waits = (page) => page.querySelector(".problem[data-wait]");
  if (!waits(document)) return;
  let pause = OFTEN_MS;
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!waits(new DOMParser().parseFromString(await answer.text(), "text/html"))) { location.reload(); return; }
    } catch { /* not there at all: asked again */ }
    pause = Math.min(1.3 * pause, SELDOM_MS);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
};
