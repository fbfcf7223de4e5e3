// ISO time: writes times in ISO 8601, and fast where many are of the same second.

let newest = { second: Number.NaN, text: "" };

/** @param at ms since 1970, a whole number */
export function isoTime(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== newest.second)
    newest = { second, text: new Date(second * 1000).toISOString() };
  const ms = `${at - second * 1000}`.padStart(3, "0");
  return `${newest.text.slice(0, -4)}${ms}Z`;
}
