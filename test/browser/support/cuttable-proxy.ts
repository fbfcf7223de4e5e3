// Cuttable proxy: forwards connections to the server until a test cuts all of them, or the sockets alone.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { baseUrl } from "../../conformance/support/connection.ts";

export interface CuttableProxy {
  /** The URL of the server through this proxy. */
  readonly url: string;
  /** Ends all connections abruptly, and refuses new ones. */
  cut(): void;
  /** The same for WebSockets only; the files of the page still arrive. */
  cutSockets(): void;
  restore(): void;
}

type State = "whole" | "no sockets" | "cut";

/** Runs until the end of the test. */
export async function startCuttableProxy(): Promise<CuttableProxy> {
  const { hostname, port } = new URL(baseUrl());
  const open = new Map<Socket, { isWebSocket: boolean }>();
  let state: State = "whole";
  const server = createServer((client) => {
    const connection = { isWebSocket: false };
    const upstream = connect(Number(port), hostname);
    const end = () => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    if (state === "cut") return end();
    open.set(client, connection);
    for (const socket of [client, upstream])
      socket.on("error", end).on("close", end);
    client.on("data", (data) => {
      if (/^Upgrade: websocket/im.test(data.toString("latin1")))
        connection.isWebSocket = true;
      if (connection.isWebSocket && state !== "whole") return end();
      upstream.write(data);
    });
    upstream.pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const become = (next: State) => {
    state = next;
    for (const [client, { isWebSocket }] of [...open])
      if (next === "cut" || (next === "no sockets" && isWebSocket))
        client.destroy();
  };
  onTestFinished(() => {
    become("cut");
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => become("cut"),
    cutSockets: () => become("no sockets"),
    restore: () => become("whole"),
  };
}
