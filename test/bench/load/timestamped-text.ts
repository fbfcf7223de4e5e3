// Timestamped text: holds the time of sending at a place that is found without parsing.

const MARK = "~";
const DIGITS = 12;
const FILLER = " the quick brown fox jumps over it again";
const MARK_BYTE = MARK.charCodeAt(0);
const DIGIT_0 = "0".charCodeAt(0);

/** About fifty characters, as people write. */
export function timestampedText(): string {
  const micros = String(Math.round(performance.now() * 1000));
  return MARK + micros.padStart(DIGITS, "0") + FILLER;
}

/** The time since the text in the line was sent, in ms. */
export function latencyMs(buffer: Buffer, start: number, now: number): number {
  const from = buffer.indexOf(MARK_BYTE, start) + 1;
  let micros = 0;
  for (let i = from; i < from + DIGITS; i++)
    micros = micros * 10 + (buffer[i] ?? 0) - DIGIT_0;
  return now - micros / 1000;
}
