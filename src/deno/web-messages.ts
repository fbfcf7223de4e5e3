// Web messages: converts a node:http request to a Request, and writes a Response as its answer.
import type { IncomingMessage, ServerResponse } from "node:http";

/** @throws TypeError if a Request cannot have the method */
export function createRequest(url: URL, incoming: IncomingMessage): Request {
  const { method = "GET", rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  return new Request(url, { method, headers, ...bodyOf(incoming) });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return (
    headers["transfer-encoding"] !== undefined ||
    Number(headers["content-length"] ?? 0) > 0
  );
}

function bodyOf(incoming: IncomingMessage): RequestInit {
  const { method } = incoming;
  if (!hasBody(incoming) || method === "GET" || method === "HEAD") return {};
  return { body: streamOf(incoming), duplex: "half" } as RequestInit;
}

/** Not `Readable.toWeb`: its cancel closes the connection. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on("data", (bytes: Uint8Array) => {
        controller.enqueue(bytes);
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.once("end", () => controller.close());
      // The client is gone or has taken too long.
      incoming.once("error", (error) => {
        incoming.removeAllListeners("data").removeAllListeners("end");
        controller.error(error);
      });
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      // Drops the rest of the body, so that the client can read the response.
      for (const event of ["data", "end", "error"])
        incoming.removeAllListeners(event);
      incoming.on("error", () => {});
      incoming.resume();
    },
  });
}

/**
 * Resolves when the response is written, or when the client is gone.
 *
 * @throws the error of the body; the response is cut then
 */
export async function writeResponse(
  response: Response,
  outgoing: ServerResponse,
): Promise<void> {
  // The rest of the body must not be read as the next request.
  const { req: incoming } = outgoing;
  if (hasBody(incoming) && !incoming.complete) outgoing.shouldKeepAlive = false;
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers)
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (response.body === null) outgoing.end();
  else await writeBody(response.body.getReader(), outgoing);
}

async function writeBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
): Promise<void> {
  const onClose = () => reader.cancel().catch(() => {});
  outgoing.once("close", onClose);
  try {
    let piece = await reader.read();
    let next = piece.done ? piece : await reader.read();
    // A body of one chunk has a length.
    if (next.done && !outgoing.headersSent && outgoing.statusCode !== 304)
      outgoing.setHeader("content-length", piece.value?.length ?? 0);
    while (!piece.done) {
      if (!outgoing.write(piece.value) && !outgoing.destroyed)
        await drained(outgoing);
      if (outgoing.destroyed) return;
      piece = next;
      if (!piece.done) next = await reader.read();
    }
    outgoing.end();
  } catch (error) {
    // The client must not take the cut response for a complete one.
    outgoing.destroy();
    throw error;
  } finally {
    outgoing.off("close", onClose);
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const onEnd = () => {
      outgoing.off("drain", onEnd);
      outgoing.off("close", onEnd);
      resolve();
    };
    outgoing.on("drain", onEnd);
    outgoing.on("close", onEnd);
  });
}
