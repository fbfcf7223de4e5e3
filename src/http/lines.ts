// Lines out of a body of UTF-8, one after the other, without ever holding more than one of them.

/** UTF-16 units in a line: more than any event has. */
const LINE_MAX = 1024 * 1024;

/** A line without its end, or why there is none. */
export type Line =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly wrong: string };

const notUtf8: Line = { ok: false, wrong: "not UTF-8." };
const tooLong: Line = { ok: false, wrong: "too long." };

/** The first one that is not ok is the last. */
export async function* linesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const bytes of body) {
    const text = decode(decoder, bytes);
    if (text === null) {
      yield notUtf8;
      return;
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield { ok: true, text: line };
    if (rest.length > LINE_MAX) {
      yield tooLong;
      return;
    }
  }
  const end = decode(decoder);
  if (end === null) yield notUtf8;
  else if (rest + end !== "") yield { ok: true, text: rest + end };
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    return null;
  }
}
