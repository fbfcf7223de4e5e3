// Bounded text: reads the body of a request or a response as UTF-8, and stops where it is larger than it may be.

export type BoundedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: "too large" | "not UTF-8" };

/**
 * Reads a body chunk by chunk, since its length may not be known before. The
 * rest of a body that is refused is not read.
 */
export async function readBoundedText(
  { body }: Request | Response,
  maxBytes: number,
): Promise<BoundedText> {
  if (body === null) return { ok: true, text: "" };
  // Otherwise bytes that are no text would become other characters.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    bytes += value?.byteLength ?? 0;
    const part =
      bytes > maxBytes ? null : decode(decoder, value ?? null, !done);
    if (part === null) {
      // The rest is not waited for.
      reader.cancel().catch(() => undefined);
      const problem = bytes > maxBytes ? "too large" : "not UTF-8";
      return { ok: false, problem };
    }
    text += part;
    if (done) return { ok: true, text };
  }
}

/** @returns null if the bytes are not UTF-8 */
function decode(
  decoder: TextDecoder,
  bytes: Uint8Array | null,
  stream: boolean,
): string | null {
  try {
    return bytes === null
      ? decoder.decode()
      : decoder.decode(bytes, { stream });
  } catch {
    return null;
  }
}
