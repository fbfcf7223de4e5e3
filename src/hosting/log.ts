// Log: a host writes one line of JSON for each event, never the text of a message.

/** Takes a line for the log, before it is JSON. */
export type WriteLog = (entry: Readonly<Record<string, unknown>>) => void;

export const log: WriteLog = (entry) => console.log(JSON.stringify(entry));

/**
 * The stack of an error for the log. Its message is left out, since it may
 * quote the text of a user; SQLite's errors on Deno have a short text of
 * SQLite's own.
 *
 * Never throws: an app may throw a value whose fields throw in their turn.
 */
export function stackOf(error: unknown): string {
  try {
    return readStack(error);
  } catch {
    return "unreadable";
  }
}

function readStack(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message } = error;
  const stack = `${error.stack ?? ""}`;
  const name = "errstr" in error ? `${error.errstr}` : error.name;
  const lines = stack.replace(message, "").split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, 5);
  return `${name}: ${frames.map((frame) => frame.trim()).join(" ")}`;
}
