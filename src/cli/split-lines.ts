// Split lines: a stream of bytes becomes its lines of text, of which one is in memory at a time.

/** A longer line is no event of a room. */
const LINE_MAX = 16 * 1024 * 1024;

/** @throws Error if a line is too long, or the last one does not end */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const utf8 = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = `${rest}${utf8.decode(chunk, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_MAX) throw new Error("A line is too long.");
    yield* lines;
  }
  if (rest !== "") throw new Error("The last line does not end.");
}
