// Socket.IO: holds the WebSockets of Socket.IO clients in a Worker, and passes polling on to an object for each client.

import { readBoundedText } from "../hosting/bounded-text.ts";
import { SocketIoClient } from "../hosting/socketio-client.ts";
import { bodyProblem } from "../http/problem.ts";
import { unreadBytesMax } from "../protocol/limits.ts";
import type { Settings } from "../protocol/settings.ts";
import { connectionSettings } from "../socketio/connection-settings.ts";
import type { ConnectionSettings, RequestFacts } from "../socketio/contract.ts";
import type { FramePort } from "../socketio/engine.ts";
import type { EngineData } from "../socketio/engine-packet.ts";
import {
  type EngineRequest,
  oldClientPackets,
} from "../socketio/engine-request.ts";
import {
  oldClientResponse,
  pollingResponse,
  refusalResponse,
} from "../socketio/http.ts";
import type { Env } from "./env.ts";
import { pollingObjectName } from "./polling-session.ts";
import { random } from "./random-pool.ts";
import { socketIoPlatform } from "./socketio-room.ts";

/**
 * Messages until a client must come back, which takes it a second. A Worker has
 * 30 s of CPU, and 10 ms on the free plan, for which there are no pings.
 */
const MESSAGES_MAX = 200_000;
const MESSAGES_MAX_WITHOUT_PINGS = 300;
/** A polling body may have this many bytes; the engine counts its characters. */
const BODY_MAX_BYTES = 4_000_000;
/** How long an old client may take to read why it is refused. */
const REFUSAL_MS = 1000;
/** Frames between two checks of what the client has not read. */
const CHECK_EVERY = 32;
/** How long a WebSocket may take to take over a session. */
const UPGRADE_MAX_MS = 10_000;
/** Frames that wait while a session comes over. */
const WAITING_MAX = 64;

/** Reads the settings of the Socket.IO clients of a Worker or an object. */
export function readSocketIoSettings(settings: Settings): ConnectionSettings {
  const max =
    settings.SOCKETIO_PING_SECONDS > 0
      ? MESSAGES_MAX
      : MESSAGES_MAX_WITHOUT_PINGS;
  return connectionSettings(settings, max);
}

/** Answers a request that the doors have let through. */
export async function answerSocketIo(
  env: Env,
  settings: ConnectionSettings,
  asked: EngineRequest,
  request: Request,
  facts: RequestFacts,
): Promise<Response> {
  switch (asked.kind) {
    case "refused":
      return refusalResponse(asked.as);
    case "old":
      return asked.transport === "polling"
        ? oldClientResponse(random(15))
        : refuseOldClient();
    case "open":
      return asked.transport === "polling"
        ? openPolling(env, facts)
        : openSocket(env, settings, facts);
    case "upgrade":
      return upgrade(env, settings, asked.sid);
    case "poll": {
      const { status, body } = await sessionOf(env, asked.sid).poll();
      return pollingResponse(status, body);
    }
    case "post": {
      const sent = await readBoundedText(request, BODY_MAX_BYTES);
      if (!sent.ok) return bodyProblem(sent.problem);
      const { status, body } = await sessionOf(env, asked.sid).post(sent.text);
      return pollingResponse(status, body);
    }
    default:
      return asked satisfies never;
  }
}

async function openPolling(env: Env, facts: RequestFacts): Promise<Response> {
  const sid = random(15);
  const answer = await sessionOf(env, sid).open(sid, facts);
  return pollingResponse(answer.status, answer.body);
}

function openSocket(
  env: Env,
  settings: ConnectionSettings,
  facts: RequestFacts,
): Response {
  const { response, socket } = accept();
  const client = createClient(env, settings, random(15), facts);
  const port = portOf(socket, client);
  listen(
    socket,
    (frame) => client.frame(port, frame),
    () => client.socketClosed(port),
  );
  client.openSocket(port);
  return response;
}

/** Takes over a polling session, once the WebSocket has proved to work. */
function upgrade(
  env: Env,
  settings: ConnectionSettings,
  sid: string,
): Response {
  const { response, socket } = accept();
  const session = sessionOf(env, sid);
  let taken: { client: SocketIoClient; port: FramePort } | null = null;
  let isProbed = false;
  let isLost = false;
  const waiting: EngineData[] = [];
  let isWorking = false;
  const take = async (frame: EngineData): Promise<boolean> => {
    if (taken !== null) {
      taken.client.frame(taken.port, frame);
      return true;
    }
    if (frame === "2probe" && !isProbed) {
      isProbed = await session.probe();
      if (isProbed) socket.send("3probe");
      return isProbed;
    }
    const state = frame === "5" && isProbed ? await session.handOver() : null;
    if (state === null) return false;
    // It closed during the call: nobody would tell the client's rooms.
    if (isLost) return false;
    clearTimeout(timer);
    const client = createClient(env, settings, sid, state.facts);
    taken = { client, port: portOf(socket, client) };
    client.takeOver(state, taken.port);
    return true;
  };
  const timer = setTimeout(() => close(socket), UPGRADE_MAX_MS);
  // Frames are taken one after the other, although some take a call.
  const work = async () => {
    isWorking = true;
    for (;;) {
      const frame = waiting.shift();
      if (frame === undefined) break;
      if (!(await take(frame))) {
        close(socket);
        break;
      }
    }
    isWorking = false;
  };
  listen(
    socket,
    (frame) => {
      if (taken !== null && !isWorking) {
        taken.client.frame(taken.port, frame);
        return;
      }
      if (waiting.push(frame) > WAITING_MAX) close(socket);
      else if (!isWorking) work().catch(() => close(socket));
    },
    () => {
      isLost = true;
      clearTimeout(timer);
      taken?.client.socketClosed(taken.port);
    },
  );
  return response;
}

function createClient(
  env: Env,
  settings: ConnectionSettings,
  sid: string,
  facts: RequestFacts,
): SocketIoClient {
  const platform = socketIoPlatform(env);
  return new SocketIoClient({ sid, platform, settings, facts, onClose() {} });
}

function accept(): { response: Response; socket: WebSocket } {
  const { 0: webSocket, 1: socket } = new WebSocketPair();
  socket.accept();
  socket.binaryType = "arraybuffer";
  return { response: new Response(null, { status: 101, webSocket }), socket };
}

function listen(
  socket: WebSocket,
  onFrame: (frame: EngineData) => void,
  onClose: () => void,
): void {
  socket.addEventListener("message", ({ data }) =>
    onFrame(typeof data === "string" ? data : new Uint8Array(data)),
  );
  socket.addEventListener("close", () => {
    close(socket);
    onClose();
  });
  socket.addEventListener("error", onClose);
}

function portOf(socket: WebSocket, client: SocketIoClient): FramePort {
  let sent = 0;
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    // Nothing of ours is bytes.
    send: (frame) => {
      if (typeof frame !== "string" || socket.readyState !== WebSocket.OPEN)
        return;
      socket.send(frame);
      // The room cannot see that this client does not read.
      if (++sent % CHECK_EVERY === 0 && socket.bufferedAmount > unreadBytesMax)
        client.endSoon();
    },
    close: () => close(socket),
  };
}

function refuseOldClient(): Response {
  const { response, socket } = accept();
  for (const packet of oldClientPackets(random(15))) socket.send(packet);
  listen(
    socket,
    () => {},
    () => {},
  );
  setTimeout(() => close(socket), REFUSAL_MS);
  return response;
}

function sessionOf(env: Env, sid: string) {
  const object = env.SERVICE.getByName(pollingObjectName(sid));
  return {
    open: (id: string, facts: RequestFacts) => object.openPolling(id, facts),
    poll: () => object.poll(),
    post: (body: string) => object.post(body),
    probe: () => object.probePolling(),
    handOver: () => object.handOverPolling(),
  };
}

function close(socket: WebSocket): void {
  try {
    socket.close(1000);
  } catch {
    // It is closed already.
  }
}
