// The log of a host: one line of JSON each, what happened and where, never what people wrote.

export function log(entry: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(entry));
}

/**
 * Frames only, and what SQLite calls it: the message may quote what people
 * wrote.
 */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = "" } = error;
  const name = "errstr" in error ? `${error.errstr}` : error.name;
  const lines = stack.replace(message, "").split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, 5);
  return `${name}: ${frames.map((frame) => frame.trim()).join(" ")}`;
}
