// HTTP server: requests of the connections that a listener accepts, ended after a bounded time.
import {
  createServer,
  IncomingMessage,
  type Server,
  ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import { codedProblem, problem } from "../http/problem.ts";
import { log, stackOf } from "./log.ts";
import { readRequestUrl } from "./request-url.ts";
import type { TcpSocket } from "./tcp-socket.ts";
import { Upgrade } from "./upgrade.ts";
import { createRequest, writeResponse } from "./web-messages.ts";

/** In ms. */
export const TIMEOUTS = {
  /** A connection's first request, or the next one that has begun: its head. */
  head: 10_000,
  /** A whole request, its body with it. */
  request: 300_000,
  /** A connection on which nothing moves, in either direction. */
  idle: 60_000,
  /** One without a request: longer than proxies keep theirs. */
  keepAlive: 75_000,
  /** Between two looks at all of them. */
  check: 2000,
};
const HEAD_MAX_BYTES = 16 * 1024;

/** By the code of the error; all others are 400. */
const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request takes too long."],
  HPE_HEADER_OVERFLOW: [431, "The head of the request is too large."],
};

export interface HttpServerOptions {
  /** False: each connection ends with the answer that is under way. */
  isAccepting(): boolean;
  answer(
    request: Request,
    upgrade: Upgrade | null,
    remote: string,
  ): Response | Promise<Response>;
  /** A request on it is being answered; `onEnd`: it is answered. */
  onRequestStart(socket: TcpSocket): void;
  onRequestEnd(socket: TcpSocket): void;
  /** It is a WebSocket from now on. */
  onUpgrade(socket: TcpSocket): void;
  readonly timeouts?: typeof TIMEOUTS;
}

/** Its connections are given to it, by the event `connection`. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { timeouts = TIMEOUTS } = options;
  const server = createServer({
    headersTimeout: timeouts.head,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.check,
    maxHeaderSize: HEAD_MAX_BYTES,
    // What becomes of one without it is said with the other malformed ones.
    requireHostHeader: false,
    shouldUpgradeCallback: isWebSocket,
  });
  server.timeout = timeouts.idle;
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (incoming, outgoing) => {
    const socket = socketOf(incoming);
    answering.set(socket, outgoing);
    options.onRequestStart(socket);
    outgoing.once("close", () => {
      answering.delete(socket);
      options.onRequestEnd(socket);
    });
    respond(options, incoming, outgoing, null);
  });
  server.on("upgrade", (incoming, _, head) => {
    const socket = socketOf(incoming);
    options.onRequestStart(socket);
    const outgoing = new ServerResponse(incoming);
    const upgrade = new Upgrade(incoming, socket, head);
    respond(options, incoming, outgoing, upgrade);
  });
  server.on("clientError", (error, socket) =>
    refuse(error, socket as TcpSocket, answering.get(socket)),
  );
  // It is the listener that listens. A server that does not would not look at
  // the clock, and would end each connection with its first answer.
  Object.defineProperty(server, "listening", {
    get: () => options.isAccepting(),
  });
  server.emit("listening");
  return server;
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** They are all of ours. */
function socketOf({ socket }: IncomingMessage): TcpSocket {
  return socket as unknown as TcpSocket;
}

async function respond(
  { answer, onUpgrade, isAccepting }: HttpServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upgrade: Upgrade | null,
): Promise<void> {
  // It says so where the body is read.
  incoming.on("error", () => {});
  outgoing.on("error", () => {});
  try {
    const request = requestOf(incoming);
    const { remoteAddress } = socketOf(incoming);
    const response =
      request instanceof Response
        ? request
        : await answer(request, upgrade, remoteAddress);
    if (upgrade?.isDone) {
      onUpgrade(socketOf(incoming));
      return;
    }
    upgrade?.refuse(outgoing);
    if (!isAccepting()) outgoing.shouldKeepAlive = false;
    await write(response, outgoing);
  } catch (error) {
    log({ event: "request failed", error: stackOf(error) });
    upgrade?.refuse(outgoing);
    await write(codedProblem("internal"), outgoing);
  }
}

/** Unless it has been refused meanwhile, or the client has left. */
async function write(
  response: Response,
  outgoing: ServerResponse,
): Promise<void> {
  if (outgoing.headersSent || outgoing.destroyed) {
    await response.body?.cancel();
    return;
  }
  try {
    await writeResponse(response, outgoing);
  } catch (error) {
    log({ event: "response cut", error: stackOf(error) });
  }
}

/** The request, or why it is none. */
function requestOf(incoming: IncomingMessage): Request | Response {
  const url = readRequestUrl(incoming);
  if (url === null)
    return problem(400, "The target or the Host of the request is malformed.");
  try {
    return createRequest(url, incoming);
  } catch {
    return problem(405, `There is no ${incoming.method} here.`);
  }
}

/** Of a request that cannot be read to its end. */
function refuse(
  error: Error,
  socket: TcpSocket,
  answering: ServerResponse | undefined,
): void {
  const code = "code" in error ? String(error.code) : "";
  const canSpeak =
    socket.writable && code !== "ECONNRESET" && !answering?.headersSent;
  // Who has said nothing waits for no answer.
  if (!canSpeak || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const outgoing = answering ?? responseOn(socket);
  outgoing.shouldKeepAlive = false;
  outgoing.once("finish", () => socket.destroySoon());
  // Whoever reads its body gets no more of it.
  outgoing.req.emit("error", error);
  const [status, detail] = REFUSALS[code] ?? [400, "This is no HTTP request."];
  write(problem(status, detail), outgoing);
}

/** There is no request of which it is the response. */
function responseOn(socket: TcpSocket): ServerResponse {
  const incoming = new IncomingMessage(socket as never);
  incoming.httpVersionMajor = 1;
  incoming.httpVersionMinor = 1;
  incoming.on("error", () => {});
  const outgoing = new ServerResponse(incoming);
  outgoing.assignSocket(socket as never);
  return outgoing;
}
