// Room object: the Durable Object of one room, which turns WebSocket callbacks into events of the core.

import { Room } from "../core/room/room.ts";
import type { Core, Platform } from "../core/shared/contract.ts";
import { readAppVerdict, readConnectRequest } from "../http/connect-request.ts";
import { PING, PONG, SUBPROTOCOL } from "../protocol/framing.ts";
import { roomRequestNetwork } from "./client-network.ts";
import { CoreObject, closeSocket, type ObjectConfig } from "./core-object.ts";
import type { Env } from "./env.ts";

/**
 * Codes that describe how a connection ended. A close frame never holds them:
 * RFC 6455, section 7.4.1.
 */
const UNSENDABLE_CODES = [1004, 1005, 1006, 1015];

/**
 * The code for the answer to a client's close frame: RFC 6455, section 5.5.1.
 */
function closeCodeToEcho(code: number): number | undefined {
  return UNSENDABLE_CODES.includes(code) ? undefined : code;
}

export class RoomObject extends CoreObject {
  constructor(ctx: DurableObjectState, env: Env, config: ObjectConfig) {
    super(ctx, env, config);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  protected override get label() {
    return { room: this.name };
  }

  protected override createCore(platform: Platform): Core {
    return new Room({
      platform,
      settings: this.config.settings,
      schemas: this.config.schemas,
      name: this.name,
      hooks: this.config.app?.hooks ?? null,
      connections: this.ctx
        .getWebSockets()
        .map((conn) => ({ conn, attachment: conn.deserializeAttachment() }))
        // The connection that is being opened has no attachment yet.
        .filter(({ attachment }) => attachment !== null),
    });
  }

  override async fetch(request: Request): Promise<Response> {
    const network = this.#networkOf(request);
    const query = {
      ...readConnectRequest(request),
      ...(this.config.asksOnConnect && { appVerdict: readAppVerdict(request) }),
      network,
    };
    const { 0: client, 1: server } = new WebSocketPair();
    // A tag outlives the sleep of the room, and is no part of the attachment.
    if (network === null) this.ctx.acceptWebSocket(server);
    else this.ctx.acceptWebSocket(server, [network]);
    this.run({ kind: "opened", conn: server, query });
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: query.batch ? { "Sec-WebSocket-Protocol": SUBPROTOCOL } : {},
    });
  }

  #networkOf(request: Request): string | null {
    const { BAN_NETWORKS, GUESTS } = this.config.settings;
    return BAN_NETWORKS === "on" && GUESTS === "on"
      ? roomRequestNetwork(this.env, request)
      : null;
  }

  override webSocketMessage(conn: WebSocket, data: string | ArrayBuffer): void {
    const { metrics } = this.config;
    if (metrics !== null) metrics.counters.framesIn++;
    this.run({
      kind: "frame",
      conn,
      data: typeof data === "string" ? data : null,
    });
  }

  override webSocketClose(conn: WebSocket, code: number): void {
    closeSocket(conn, closeCodeToEcho(code));
    this.run({ kind: "closed", conn, code });
  }

  override webSocketError(conn: WebSocket): void {
    // For example a frame above the runtime's 32 MiB.
    closeSocket(conn, 1009);
    this.run({ kind: "closed", conn, code: 1009 });
  }
}
