// Webhook receiver: a server of an app in the load, which reads each webhook to its end and answers 204.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Signs the webhooks of the benchmark: the base64 of 32 bytes. */
export const WEBHOOK_SECRET = `whsec_${btoa("the-secret-of-the-benchmark-0032")}`;

export class WebhookReceiver {
  readonly #server: Server;
  /** The requests that have come. */
  requests = 0;
  /** The bytes of their bodies. */
  bytes = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => {
      request.on("data", (part: Buffer) => {
        this.bytes += part.length;
      });
      request.on("end", () => {
        this.requests++;
        response.writeHead(204).end();
      });
    });
    // The benchmark does not wait for it.
    server.unref();
  }

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new WebhookReceiver(server);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/webhooks`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let shared: Promise<WebhookReceiver> | null = null;

/** The receiver of all servers of the benchmark. */
export function webhookReceiver(): Promise<WebhookReceiver> {
  shared ??= WebhookReceiver.open();
  return shared;
}
