// Starts the features, one file each. Everything that matters works without any of them.
import { startCopying } from "./copying.js";
import { startFinding } from "./find.js";
import { startFeedback } from "./feedback.js";
import { startKeys } from "./keys.js";
import { startNotes } from "./notes.js";
import { startReader } from "./reader.js";
import { startRecent } from "./recent.js";
import { startStyles } from "./styles.js";
import { startSwapping } from "./swapping.js";
import { startTyping } from "./typing.js";
import { startWaiting } from "./waiting.js";
import { startWorded } from "./worded.js";

document.documentElement.classList.add("js");
if (document.getElementById("admin")) import("./admin.js").then(({ startAdmin }) => startAdmin());
startCopying();
startFeedback();
startKeys();
startNotes();
startStyles();
startReader();
startFinding();
startSwapping();
startTyping();
startWaiting();
startRecent();
startWorded();
