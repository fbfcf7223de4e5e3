// Server: connects the listener, the HTTP server, the app and the host of one process.
import type { Backend } from "../app.ts";
import type { ConnectRequest } from "../core/shared/contract.ts";
import { readConnectRequest } from "../http/connect-request.ts";
import { publicNetworkOf } from "../http/ip-network.ts";
import { codedProblem, problem } from "../http/problem.ts";
import type { RequestApp, RequestContext } from "./chat.ts";
import { clientAddress } from "./client-address.ts";
import { hash, random } from "./cryptography.ts";
import type { Host } from "./host.ts";
import { createHttpServer } from "./http-server.ts";
import { Listener } from "./listener.ts";
import type { SocketIoServer } from "./socketio.ts";
import type { StaticFiles } from "./static-files.ts";
import { Upgrade } from "./upgrade.ts";

export interface ServerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly host: Host;
  readonly app: RequestApp;
  /**
   * The header in which the proxy states the client's address; empty: there is
   * no proxy.
   */
  readonly addressHeader: string;
  /** Called with the server's URL. */
  onListen(url: string): void;
}

export interface ChatServer {
  /** Stops accepting. Resolves when all requests have ended. */
  stop(): Promise<void>;
}

/** @throws Error if it cannot listen */
export function serve(options: ServerOptions): ChatServer {
  const { hostname, port, host, app, addressHeader, onListen } = options;
  const server = createHttpServer({
    isAccepting: () => !host.isStopping,
    answer: (request, upgrade, remote) => {
      if (host.isStopping) return codedProblem("unavailable");
      const address = clientAddress(request, remote, addressHeader);
      // A request that bypasses the proxy lacks its header.
      const isDirect =
        (addressHeader === "" || !request.headers.has(addressHeader)) &&
        new URL(request.url).hostname !== hostname;
      const about = { address, isDirect, upgrade };
      return app.fetch(request, about);
    },
    onRequestStart: (socket) => listener.requestStarted(socket),
    onRequestEnd: (socket) => listener.requestEnded(socket),
    onUpgrade: (socket) => listener.release(socket),
  });
  const tcp = Deno.listen({ hostname, port });
  const listener = new Listener({
    tcp,
    limitsPerNetwork: addressHeader === "",
    onConnection: (socket) => server.emit("connection", socket),
  });
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  onListen(`http://${name}:${tcp.addr.port}`);
  return {
    stop: async () => {
      await listener.close();
      server.close();
    },
  };
}

export function createBackend(
  host: Host,
  socketIo: SocketIoServer,
  staticFiles: StaticFiles,
  { address, isDirect, upgrade }: RequestContext,
): Backend {
  const network = () => publicNetworkOf(address);
  return {
    socketIo: (asked, request, facts) =>
      socketIo.answer(
        asked,
        request,
        facts,
        upgrade instanceof Upgrade ? upgrade : null,
      ),
    connect: async (room, request, appVerdict = null) =>
      connect(
        host,
        room,
        { ...readConnectRequest(request), appVerdict, network: network() },
        upgrade,
      ),
    ask: async (room, op) => {
      const [reply] = await host.ask({ kind: "room", name: room }, [op]);
      if (reply === undefined) throw new Error("The room gave no reply.");
      return reply;
    },
    askObject: (to, ops) => host.ask(to, ops),
    platform: { hash, random },
    file: (path, request) => Promise.resolve(staticFiles.get(path, request)),
    storageProblem: () => host.checkStorage(),
    failingWebhooks: () => host.checkWebhooks(),
    metrics: () => host.writeMetrics(),
    source: () => ({
      address,
      isDirect,
      network,
      mayConnect: () => Promise.resolve(true),
    }),
  };
}

function connect(
  host: Host,
  room: string,
  query: ConnectRequest,
  upgrade: RequestContext["upgrade"],
): Response {
  const socket =
    upgrade instanceof Upgrade ? upgrade.accept(query.batch) : null;
  if (socket === null)
    return problem(400, "The handshake of a WebSocket is not complete.");
  const peer = host.connect(room, socket);
  socket.listen(
    (text) => host.received(peer, text),
    (code) => host.closed(peer, code),
  );
  host.opened(peer, query);
  // The handshake is the response, and is written already.
  return new Response();
}
