// Log: writes one line of JSON for each event of a host, never the text of a message.

export function log(entry: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(entry));
}

/**
 * The stack without the message, which may quote what people wrote. SQLite
 * errors have SQLite's own short text.
 */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = "" } = error;
  const name = "errstr" in error ? `${error.errstr}` : error.name;
  const lines = stack.replace(message, "").split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, 5);
  return `${name}: ${frames.map((frame) => frame.trim()).join(" ")}`;
}
