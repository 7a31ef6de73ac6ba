// button.word → the answer as a language model words it, sentence by sentence, below the quotes, which stay.
// Listens on the document: results come and go while one types.
const running = new WeakMap();

// Server-sent events as [name, data]; a fetch and no EventSource, since the question is a body.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (waiting + value).split("\n\n");
    waiting = whole.pop();
    for (const event of whole) {
      const [name, data] = event.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}

const link = (source, box) => {
  const at = source.address.lastIndexOf("#");
  const query = new URLSearchParams({ clause: source.address, q: JSON.parse(box.dataset.body).question });
  if (box.dataset.lang) query.set("lang", box.dataset.lang);
  const path = source.address.slice(0, at).split("/").map(encodeURIComponent).join("/");
  return `/read/${path}?${query}#${encodeURIComponent(source.address.slice(at + 1))}`;
};

const shown = (sentence, box) => {
  const part = box.querySelector("template").content.cloneNode(true);
  part.querySelector(".sentence").textContent = sentence.text;
  const first = part.querySelector("a");
  for (const source of sentence.sources) {
    const place = first.cloneNode();
    place.textContent = source.display;
    place.href = link(source, box);
    first.before(place, " ");
  }
  first.remove();
  return part;
};

// What has come to an end is told once; sentences on their way are not read out one by one.
const end = (box, words, keep) => {
  const [word, stop, said] = [".word", ".stop", ".said"].map((one) => box.querySelector(one));
  const focused = document.activeElement === stop;
  word.hidden = keep;
  stop.hidden = true;
  said.removeAttribute("aria-busy");
  said.tabIndex = -1;
  if (!keep) said.hidden = true;
  if (focused) (keep ? said : word).focus();
  box.querySelector(".outcome").textContent = words;
  if (box.isConnected) document.getElementById("heard").textContent = words;
};

const ask = async (box) => {
  const [word, stop, said] = [".word", ".stop", ".said"].map((one) => box.querySelector(one));
  const mine = new AbortController();
  running.set(box, mine);
  const focused = document.activeElement === word;
  word.hidden = true;
  stop.hidden = false;
  if (focused) stop.focus();
  box.querySelector(".outcome").textContent = "";
  said.replaceChildren();
  said.hidden = false;
  said.setAttribute("aria-busy", "true");
  let count = 0;
  const gone = new MutationObserver(() => { if (!box.isConnected) mine.abort(); }); // another question took its place
  gone.observe(document.getElementById("main"), { childList: true });
  try {
    const answer = await fetch("/v1/ask/stream", {
      method: "POST", body: box.dataset.body, signal: mine.signal, headers: { "Content-Type": "application/json" },
    });
    if (!answer.ok || !answer.body) return end(box, box.dataset.failed, false);
    for await (const [name, told] of events(answer.body)) {
      if (name === "sentence") {
        said.append(shown(told, box));
        count += 1;
      } else if (name === "fallback") {
        mine.abort();
        return end(box, box.dataset.failed, false);
      } else if (name === "done") {
        if (!told.by_model) return end(box, box.dataset.failed, false);
        return end(box, box.dataset.done.replace("{0}", count).replace("{1}", told.dropped), true);
      }
    }
    end(box, box.dataset.failed, false); // it broke off
  } catch (error) {
    end(box, error.name === "AbortError" ? box.dataset.stopped : box.dataset.failed, false);
  } finally {
    gone.disconnect();
  }
};

export const startWorded = () => {
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".worded");
    if (event.target.closest("button.word")) ask(box);
    else if (event.target.closest(".worded button.stop")) running.get(box)?.abort();
  });
};
