// Receiver: a server of an app gets webhooks, verifies each by the package standardwebhooks, and answers as a test says.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { BatchSchema, CommandSchema } from "./webhook-schemas.ts";

/** One request that was verified. */
export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly path: string;
  readonly body: WebhookBody;
  /** The answers before this one to the same room and path. */
  readonly attempt: number;
}

export interface WebhookBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly room: string;
    readonly epoch: string;
    readonly from: number;
    readonly to: number;
    readonly events: readonly {
      readonly id: string;
      readonly type: string;
      readonly timestamp: string;
      readonly data: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** Answers one request. */
export type Respond = (received: Received, response: ServerResponse) => void;

export const WEBHOOK_SECRETS = ["one", "two"].map(
  (word) => `whsec_${btoa(`the-${word}-secret-of-a-test-32-bytes`)}`,
);

/** A command of a user, as a webhook gets it. */
export interface AskedCommand {
  readonly room: string;
  readonly command: string;
  readonly args: string;
  readonly id?: string;
  readonly user: { readonly id: string; readonly username: string };
}

const ok: Respond = (_, response) => response.writeHead(204).end();

export class Receiver {
  /** Decides about each request. */
  respond: Respond = ok;
  /** Answers each command. */
  onCommand: (asked: AskedCommand, response: ServerResponse) => void = (
    _,
    response,
  ) => response.writeHead(204).end();
  /** In the order in which they came. */
  readonly received: Received[] = [];
  /** Requests that no secret verifies, and requests without a signature. */
  readonly refused: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const receiver = new Receiver(server);
    server.on("request", (request, response) =>
      receiver.#take(request, response),
    );
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The requests about one room, oldest first. */
  of(room: string, path = "/hook"): Received[] {
    return this.received.filter(
      (one) => one.body.data.room === room && one.path === path,
    );
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const path = request.url ?? "";
      const headers = request.headers as Record<string, string>;
      try {
        // Whoever has one of the secrets can verify.
        for (const secret of WEBHOOK_SECRETS)
          new Webhook(secret).verify(text, headers);
      } catch (error) {
        this.refused.push(`${path} ${error}`);
        response.writeHead(401).end();
        return;
      }
      const body: WebhookBody = JSON.parse(text);
      const schema = body.type === "command" ? CommandSchema : BatchSchema;
      const read = v.safeParse(schema, body);
      if (!read.success) this.refused.push(v.summarize(read.issues));
      if (body.type === "command") {
        this.onCommand(JSON.parse(text).data, response);
        return;
      }
      const received = {
        ...{ id: headers["webhook-id"] ?? "", path, body },
        timestamp: headers["webhook-timestamp"] ?? "",
        attempt: this.of(body.data.room, path).length,
      };
      this.received.push(received);
      this.respond(received, response);
    });
  }
}
