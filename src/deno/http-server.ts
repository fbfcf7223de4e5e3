// HTTP server: answers the requests on accepted connections, and ends those that take too long.
import {
  createServer,
  IncomingMessage,
  type Server,
  ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import { log, stackOf } from "../hosting/log.ts";
import { codedProblem, problem } from "../http/problem.ts";
import { readRequestUrl } from "./request-url.ts";
import type { TcpSocket } from "./tcp-socket.ts";
import { Upgrade } from "./upgrade.ts";
import { createRequest, writeResponse } from "./web-messages.ts";

/** In ms. */
export const TIMEOUTS = {
  /**
   * For the head of a connection's first request, or of the next one that has
   * begun.
   */
  head: 10_000,
  /** For a whole request with its body. */
  request: 300_000,
  /** For a connection without traffic in either direction. */
  idle: 60_000,
  /** For a connection between two requests: longer than proxies keep theirs. */
  keepAlive: 75_000,
  /** Between two checks of all connections. */
  check: 2000,
};
const HEAD_MAX_BYTES = 16 * 1024;
/** How long the response to a malformed request may take, in ms. */
const REFUSAL_TIMEOUT_MS = 10_000;

/** By the code of the error; all others are 400. */
const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long."],
  HPE_HEADER_OVERFLOW: [431, "The head of the request is too large."],
};

export interface HttpServerOptions {
  /** False: each connection ends after its current response. */
  isAccepting(): boolean;
  answer(
    request: Request,
    upgrade: Upgrade | null,
    remote: string,
  ): Response | Promise<Response>;
  /**
   * Called when a request starts; `onRequestEnd` when its response has ended.
   */
  onRequestStart(socket: TcpSocket): void;
  onRequestEnd(socket: TcpSocket): void;
  /** Called when the connection has become a WebSocket. */
  onUpgrade(socket: TcpSocket): void;
  readonly timeouts?: typeof TIMEOUTS;
}

/** The listener gives it connections by the event `connection`. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { timeouts = TIMEOUTS } = options;
  const server = createServer({
    headersTimeout: timeouts.head,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.check,
    maxHeaderSize: HEAD_MAX_BYTES,
    // A request without Host is refused with the other malformed ones.
    requireHostHeader: false,
    shouldUpgradeCallback: isWebSocket,
  });
  server.timeout = timeouts.idle;
  /** The newest request of each connection that has no whole response. */
  const answering = new WeakMap<Duplex, ServerResponse>();
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const socket = socketOf(incoming);
    answering.set(socket, outgoing);
    options.onRequestStart(socket);
    outgoing.once("close", () => {
      // Another one may have come before this response.
      if (answering.get(socket) !== outgoing) return;
      answering.delete(socket);
      options.onRequestEnd(socket);
    });
    respondSafely(options, incoming, outgoing, null);
  };
  server.on("request", onRequest);
  // Otherwise node:http itself would respond, unknown to `answering`.
  server.on("checkExpectation", onRequest);
  server.on("upgrade", (incoming, _, head) => {
    const socket = socketOf(incoming);
    const earlier = answering.get(socket);
    if (earlier !== undefined) {
      // A socket takes one response at a time. After those to earlier requests
      // it ends, and the client asks again on another one.
      earlier.once("close", () => socket.destroySoon());
      return;
    }
    options.onRequestStart(socket);
    const outgoing = new ServerResponse(incoming);
    const upgrade = new Upgrade(incoming, socket, head);
    respondSafely(options, incoming, outgoing, upgrade);
  });
  const refused = new WeakSet<Duplex>();
  server.on("clientError", (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    // node:http would read requests and more errors from the next bytes.
    socket.removeAllListeners("data").resume();
    refuse(error, socket as TcpSocket, answering.get(socket));
  });
  // The listener listens, not this server. Node does not run the timeouts of a
  // server that does not listen, and ends each connection after its first
  // response.
  Object.defineProperty(server, "listening", {
    get: () => options.isAccepting(),
  });
  server.emit("listening");
  return server;
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** All sockets are ours. */
function socketOf({ socket }: IncomingMessage): TcpSocket {
  return socket as unknown as TcpSocket;
}

/**
 * Never rejects: the process would end. A request whose failure cannot be
 * handled costs its connection.
 */
async function respondSafely(
  options: HttpServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upgrade: Upgrade | null,
): Promise<void> {
  try {
    await respond(options, incoming, outgoing, upgrade);
  } catch (error) {
    socketOf(incoming).destroy();
    try {
      log({ event: "request lost", error: stackOf(error) });
    } catch {
      // The log fails too: nothing can tell it.
    }
  }
}

async function respond(
  { answer, onUpgrade, isAccepting }: HttpServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upgrade: Upgrade | null,
): Promise<void> {
  // The reader of the body gets the error.
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

/** Requests whose response has begun: a second one would mix with it. */
const answered = new WeakSet<ServerResponse>();

/**
 * Writes the response, unless the request has another one or the client has
 * left.
 */
async function write(
  response: Response,
  outgoing: ServerResponse,
): Promise<void> {
  if (answered.has(outgoing) || outgoing.destroyed) {
    await response.body?.cancel();
    return;
  }
  answered.add(outgoing);
  try {
    await writeResponse(response, outgoing);
  } catch (error) {
    log({ event: "response cut", error: stackOf(error) });
  }
}

/** Returns the request, or the response to one that is malformed. */
function requestOf(incoming: IncomingMessage): Request | Response {
  const url = readRequestUrl(incoming);
  if (url === null)
    return problem(400, "The target or the Host of the request is malformed.");
  try {
    return createRequest(url, incoming);
  } catch {
    return problem(405, `The server does not support ${incoming.method}.`);
  }
}

/** Refuses a request that cannot be read to its end. */
function refuse(
  error: Error,
  socket: TcpSocket,
  answering: ServerResponse | undefined,
): void {
  const code = "code" in error ? String(error.code) : "";
  const canSpeak =
    socket.writable && code !== "ECONNRESET" && !answering?.headersSent;
  // A client that has sent nothing expects no response.
  if (!canSpeak || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  socket.closeAt = Date.now() + REFUSAL_TIMEOUT_MS;
  const outgoing = answering ?? responseOn(socket);
  outgoing.shouldKeepAlive = false;
  outgoing.once("finish", () => socket.destroySoon());
  // Ends the body for its reader.
  outgoing.req.emit("error", error);
  const [status, detail] = REFUSALS[code] ?? [
    400,
    "This is not an HTTP request.",
  ];
  write(problem(status, detail), outgoing);
}

/** Creates a response where there is no request. */
function responseOn(socket: TcpSocket): ServerResponse {
  const incoming = new IncomingMessage(socket as never);
  incoming.httpVersionMajor = 1;
  incoming.httpVersionMinor = 1;
  incoming.on("error", () => {});
  const outgoing = new ServerResponse(incoming);
  outgoing.assignSocket(socket as never);
  return outgoing;
}
