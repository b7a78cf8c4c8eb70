// Preloaded into the runbook's service: after each change of its stage HOURS go by at MS_AN_HOUR each, from DAYS ago on; then time goes
// on as everywhere. Timers keep their pace.
import { statSync } from 'node:fs';

const MS_AN_HOUR = 400;
const HOURS = 34;
const DAYS = 14;

const HOUR_MS = 3_600_000;
const systemNow = Date.now;
let seen = systemNow();
let time = seen - DAYS * 24 * HOUR_MS;

Date.now = () => {
  const now = systemNow();
  const changed = statSync('stage').mtimeMs;
  const fast = Math.max(0, Math.min(now, changed + HOURS * MS_AN_HOUR) - seen);
  time += (fast * HOUR_MS) / MS_AN_HOUR + (now - seen - fast);
  seen = now;
  return time;
};
