// NDJSON: reads the lines of a UTF-8 body one by one, with at most one of them in memory.

/** UTF-16 units in a line: more than any event has. */
const LINE_UNITS_MAX = 1024 * 1024;

/** A line without its newline, or the reason why there is none. */
export type LineResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

const notUtf8: LineResult = { ok: false, error: "not UTF-8." };
const tooLong: LineResult = { ok: false, error: "too long." };
const cutOff: LineResult = {
  ok: false,
  error: "the body is incomplete.",
};

/** Ends after the first line that is not ok. */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<LineResult> {
  const reader = body.getReader();
  try {
    yield* readLinesFrom(reader);
  } finally {
    // The rest is not needed.
    reader.cancel().catch(() => {});
  }
}

async function* readLinesFrom(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<LineResult> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for (;;) {
    const piece = await readChunk(reader);
    if (piece === null) {
      yield cutOff;
      return;
    }
    if (piece.done) break;
    const text = decode(decoder, piece.value);
    if (text === null) {
      yield notUtf8;
      return;
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield { ok: true, text: line };
    if (rest.length > LINE_UNITS_MAX) {
      yield tooLong;
      return;
    }
  }
  const end = decode(decoder);
  if (end === null) yield notUtf8;
  else if (rest + end !== "") yield { ok: true, text: rest + end };
}

/** @returns null if the client has gone away */
async function readChunk<T>(
  reader: ReadableStreamDefaultReader<T>,
): Promise<ReadableStreamReadResult<T> | null> {
  try {
    return await reader.read();
  } catch {
    return null;
  }
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    return null;
  }
}
