// Webhook listener: `edge-chat webhooks listen` is a receiver for development, which verifies each webhook and prints its events.
import { createServer, type IncomingMessage } from "node:http";
import type { ListenOptions } from "./options.ts";
import { safeText } from "./safe-text.ts";
import { randomSecret, verifyWebhook } from "./webhook-signature.ts";

/** A batch has 64 KiB, or one event that is longer. */
const BODY_BYTES_MAX = 1024 * 1024;

export interface ListenerOutput {
  /** An event, on one line. */
  write(line: string): void;
  /** What the developer should know beside them. */
  note(line: string): void;
}

/** A batch as it is printed; a verified one has these fields. */
interface PrintedBatch {
  readonly data: {
    readonly room?: string;
    readonly events: readonly PrintedEvent[];
  };
}

interface PrintedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Listens on this machine alone until the signal.
 *
 * @returns false if the port is in use
 */
export async function listenForWebhooks(
  { port, json, secrets: given }: ListenOptions,
  { write, note }: ListenerOutput,
  signal: AbortSignal,
): Promise<boolean> {
  const secrets = given.length > 0 ? given : [randomSecret()];
  const server = createServer((request, response) => {
    const end = (status: number, reason?: string) => {
      if (reason !== undefined) note(`Refused a request: ${reason}.`);
      response.writeHead(status).end();
    };
    if (request.method !== "POST") {
      end(405, `it is a ${request.method}, not a POST`);
      return;
    }
    readBody(request).then(
      (body) => {
        if (body === null) return end(413, "it is too long");
        const problem = verifyWebhook(secrets, request.headers, body);
        if (problem !== null) return end(401, problem);
        const lines = readLines(body, json);
        if (lines === null) return end(400, "it is no batch of events");
        for (const line of lines) write(line);
        end(204);
      },
      // The sender is gone.
      () => undefined,
    );
  });
  const isOpen = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (!isOpen) return false;
  const address = server.address();
  const at = typeof address === "object" ? address?.port : port;
  note("Waiting for webhooks. Give your chat server these settings:");
  note(`WEBHOOK_URL=http://127.0.0.1:${at}/`);
  note(`WEBHOOK_SECRET=${secrets.join()}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  server.close();
  server.closeAllConnections();
  return true;
}

/** @returns null if the body is too long */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** @returns a line for each event; null: there are none */
export function readLines(body: string, json: boolean): string[] | null {
  let batch: PrintedBatch;
  try {
    batch = JSON.parse(body);
    const { room } = batch.data;
    return batch.data.events.map((event) =>
      json
        ? JSON.stringify({ ...(room !== undefined && { room }), ...event })
        : lineOf(room, event),
    );
  } catch {
    return null;
  }
}

function lineOf(
  room: string | undefined,
  { type, timestamp, data }: PrintedEvent,
): string {
  const { username, text, to, members, count } = data;
  const time = String(timestamp).slice(11, 19);
  const place = room === undefined ? [] : [room];
  const who = typeof username === "string" ? [username] : [];
  const addressee = typeof to === "string" ? ["->", to] : [];
  const words = [time, ...place, type, ...who, ...addressee].join(" ");
  const detail = Array.isArray(members)
    ? `${count}: ${members.map((member) => member.username).join(", ")}`
    : text;
  const line = detail === undefined ? words : `${words}: ${detail}`;
  return safeText(line).replaceAll("\n", " ");
}
