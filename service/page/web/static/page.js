// Waits for the first paint, since loading and parsing the features takes the cores from it.
const AT_LATEST_MS = 1000; // a page in the background is not painted

let started;
const start = () => { started ??= import("./features.js"); };

setTimeout(start, AT_LATEST_MS);
new PerformanceObserver(start).observe({ type: "paint", buffered: true });
