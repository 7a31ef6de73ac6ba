// Starts the features, one file each. Everything that matters works without any of them.
import { startCopying } from "./copying.js";
import { startKeys } from "./keys.js";
import { startReader } from "./reader.js";

document.documentElement.classList.add("js");
startCopying();
startKeys();
startReader();
