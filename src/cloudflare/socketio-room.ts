// Socket.IO room: opens the connection of a Socket.IO client to the object of a room.

import { createHash } from "node:crypto";
import type { SocketIoPlatform } from "../hosting/socketio-client.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";
import type { RoomPort, RoomPortEvents } from "../socketio/contract.ts";
import { roomRequest } from "./client-network.ts";
import type { Env } from "./env.ts";
import { random } from "./random-pool.ts";

/** No close frame came: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;

export function socketIoPlatform(env: Env): SocketIoPlatform {
  return {
    hash: (text) => createHash("sha256").update(text).digest("base64url"),
    random,
    openRoom: (room, events, { network }) =>
      openRoom(env, room, events, network),
  };
}

/** Frames that are sent before the connection is open wait for it. */
function openRoom(
  env: Env,
  room: string,
  events: RoomPortEvents,
  network: string | null,
): RoomPort {
  let socket: WebSocket | null = null;
  let isClosed = false;
  const waiting: string[] = [];
  const closed = (code: number) => {
    if (isClosed) return;
    isClosed = true;
    events.closed(code, Date.now());
  };
  const open = async () => {
    const { webSocket } = await env.ROOM.getByName(room).fetch(
      roomRequest(network, {
        Upgrade: "websocket",
        "Sec-WebSocket-Protocol": SUBPROTOCOL,
      }),
    );
    if (webSocket === null) throw new Error("The room gave no WebSocket.");
    webSocket.accept();
    webSocket.addEventListener("message", ({ data }) => {
      if (!isClosed && typeof data === "string") events.frame(data, Date.now());
    });
    webSocket.addEventListener("close", ({ code }) => {
      close(webSocket);
      closed(code);
    });
    webSocket.addEventListener("error", () => closed(ABNORMAL));
    for (const frame of waiting.splice(0)) webSocket.send(frame);
    if (isClosed) close(webSocket);
    socket = webSocket;
  };
  open().catch(() => closed(ABNORMAL));
  return {
    send: (frame) => {
      if (isClosed) return;
      if (socket === null) waiting.push(frame);
      else send(socket, frame);
    },
    close: () => {
      isClosed = true;
      if (socket !== null) close(socket);
    },
  };
}

function send(socket: WebSocket, frame: string): void {
  // Its close event is on its way.
  if (socket.readyState === WebSocket.OPEN) socket.send(frame);
}

function close(socket: WebSocket): void {
  try {
    socket.close(1000);
  } catch {
    // It is closed already.
  }
}
