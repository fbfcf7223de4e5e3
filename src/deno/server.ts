// HTTP and WebSockets of one process: requests to the page or the app, sockets to the host.
import type { Backend } from "../app.ts";
import { codedProblem, problem } from "../http/problem.ts";
import { readQuery } from "../http/query.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";
import { clientAddress } from "./client-address.ts";
import type { Host } from "./host.ts";
import { log, stackOf } from "./log.ts";
import type { Page } from "./page.ts";

/** No close frame came: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;

/** What is known of a request beside what it says. */
export interface About {
  readonly address: string;
  /** It came by no proxy, and by no name that the process was given. */
  readonly isDirect: boolean;
}

export interface ServerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly host: Host;
  readonly page: Page;
  readonly app: {
    fetch(request: Request, about: About): Response | Promise<Response>;
  };
  /** Header in which the proxy in front says who connects; empty: there is none. */
  readonly addressHeader: string;
  /** Where it is to be found. */
  onListen(url: string): void;
}

export function serve(options: ServerOptions): Deno.HttpServer {
  const { hostname, port, host, page, app, addressHeader, onListen } = options;
  return Deno.serve(
    {
      hostname,
      port,
      onListen: (address) => {
        const name = hostname.includes(":") ? `[${hostname}]` : hostname;
        onListen(`http://${name}:${address.port}`);
      },
      onError: (error) => {
        log({ event: "request failed", error: stackOf(error) });
        return codedProblem("internal");
      },
    },
    (request, { remoteAddr }) => {
      if (host.isStopping) return codedProblem("unavailable");
      const { hostname: remote } = remoteAddr;
      const address = clientAddress(request, remote, addressHeader);
      // Who reaches the port by another way than the proxy lacks its header.
      const isDirect =
        (addressHeader === "" || !request.headers.has(addressHeader)) &&
        new URL(request.url).hostname !== hostname;
      return page.answer(request) ?? app.fetch(request, { address, isDirect });
    },
  );
}

export function createBackend(
  host: Host,
  page: Page,
  { address, isDirect }: About,
): Backend {
  return {
    connect: (room, request) => Promise.resolve(connect(host, room, request)),
    ask: async (room, op) => {
      const [reply] = await host.ask({ kind: "room", name: room }, [op]);
      if (reply === undefined) throw new Error("The room gave no reply.");
      return reply;
    },
    page: (request) =>
      Promise.resolve(
        page.front(request) ?? problem(404, "There is no page here."),
      ),
    storageProblem: () => host.checkStorage(),
    gate: () => ({
      address,
      isDirect,
      mayConnect: () => Promise.resolve(true),
    }),
  };
}

function connect(host: Host, room: string, request: Request): Response {
  const query = readQuery(request);
  const upgrade = upgradeOf(request);
  if (upgrade === null)
    return problem(400, "The handshake of a WebSocket is not complete.");
  const { socket, response } = upgrade;
  // Not by the option for it, which misses what is offered without blanks.
  if (query.batch) response.headers.set("Sec-WebSocket-Protocol", SUBPROTOCOL);
  const peer = host.connect(room, socket);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => host.opened(peer, query);
  socket.onmessage = ({ data }) => host.heard(peer, data);
  // A fault is always followed by a close.
  socket.onclose = ({ code }) => host.closed(peer, code || ABNORMAL);
  return response;
}

/** null if the request lacks what the handshake takes. */
function upgradeOf(request: Request): Deno.WebSocketUpgrade | null {
  try {
    return Deno.upgradeWebSocket(request);
  } catch {
    return null;
  }
}
