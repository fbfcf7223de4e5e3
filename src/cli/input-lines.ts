// Input lines: split the input of a script at line feeds only.

/** A line, or the error in its bytes. */
export type InputLine =
  | { readonly text: string }
  | { readonly text: null; readonly error: string };

/** More than any frame contains. A line without an end must not fill memory. */
const LINE_MAX_BYTES = 1_048_576;

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];

const TOO_LONG: InputLine = {
  text: null,
  error: `A line must have at most ${LINE_MAX_BYTES} bytes.`,
};
const NOT_UTF8: InputLine = { text: null, error: "A line must be UTF-8." };

/**
 * Splits bytes at `\n` and `\r\n`. `node:readline` also splits at U+2028, which
 * a text may contain: its second half would become a line of its own. A byte
 * order mark at the start is dropped.
 */
export async function* inputLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<InputLine> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let isFirst = true;
  const append = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size <= LINE_MAX_BYTES) parts.push(bytes);
    else parts = [];
  };
  const takeLine = () => {
    const line = size > LINE_MAX_BYTES ? TOO_LONG : decodeLine(parts, isFirst);
    parts = [];
    size = 0;
    isFirst = false;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      append(chunk.subarray(from, end));
      yield takeLine();
      from = end + 1;
    }
    if (from < chunk.length) append(chunk.subarray(from));
  }
  if (size > 0) yield takeLine();
}

function decodeLine(parts: readonly Uint8Array[], isFirst: boolean): InputLine {
  const bytes = Buffer.concat(parts);
  const hasBom = isFirst && BOM.every((byte, at) => bytes[at] === byte);
  const end = bytes.at(-1) === CR ? -1 : undefined;
  const line = bytes.subarray(hasBom ? BOM.length : 0, end);
  try {
    // A later mark is part of the text, and is kept.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(line) };
  } catch {
    return NOT_UTF8;
  }
}
