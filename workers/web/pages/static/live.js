// Puts the sections of the overview in place as the server sends them: text made by its templates, which escape.
"use strict";
const line = document.getElementById("live");
const source = new EventSource(line.dataset.live);
function put(name, text) {
  const section = document.getElementById(name);
  const held = [...section.querySelectorAll("a, [tabindex]")].indexOf(document.activeElement);
  section.innerHTML = text;
  if (held >= 0) section.querySelectorAll("a, [tabindex]")[held]?.focus({ preventScroll: true });
}
function tell(text) {
  if (line.textContent !== text) line.textContent = text;
}
source.onmessage = (event) => {
  for (const [name, text] of Object.entries(JSON.parse(event.data))) put(name, text);
  tell("Live");
};
source.onopen = () => tell("Live");
source.onerror = () => tell("Not connected: these are the last known figures; trying again");
