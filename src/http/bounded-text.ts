// Bounded text: reads the body of a request or a response as text, and stops where it is larger than it may be.

/**
 * Reads a body chunk by chunk, since its length may not be known before.
 *
 * @returns null if the body has more bytes; the rest of it is not read
 */
export async function readBoundedText(
  { body }: Request | Response,
  maxBytes: number,
): Promise<string | null> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
