// The evening of 15 October, from seven until midnight by the clock of whoever reads.
//
// A page that is made once for everybody knows no time. It holds both sentences; this shows the one that is true, and
// marks the page for the stylesheet. Nothing moves: it changes where the hour does.

const parts = document.querySelectorAll("[data-wave]");
const HOUR = 3_600_000; // milliseconds; a timer longer than a month would ring at once

function isTonight(now) {
  return now.getMonth() === 9 && now.getDate() === 15 && now.getHours() >= 19;
}

function untilTheHour(now) {
  const next = new Date(now);
  next.setMinutes(60, 0, 0);
  return Math.min(HOUR, next - now) + 50;
}

function show() {
  const now = new Date();
  const tonight = isTonight(now);
  for (const part of parts) {
    part.querySelector("[data-wave-now]").hidden = !tonight;
    part.querySelector("[data-wave-else]").hidden = tonight;
    part.closest("main").toggleAttribute("data-wave-of-light", tonight);
  }
  return now;
}

function goOn() {
  setTimeout(goOn, untilTheHour(show()));
}

// A telephone that slept rings no timers.
document.addEventListener("visibilitychange", show);
goOn();
