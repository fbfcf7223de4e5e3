// ws server: broadcasts with the `ws` package, without storage and checks.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "./listen.ts";
import { read, relayed, welcome } from "./wire.ts";

interface Room {
  readonly sockets: Set<WebSocket>;
  seq: number;
}

const rooms = new Map<string, Room>();
const http = createServer();
const server = new WebSocketServer({ server: http });

server.on("connection", (socket, request) => {
  const name = request.url?.split("/")[2] ?? "";
  const room = rooms.get(name) ?? { sockets: new Set(), seq: 0 };
  rooms.set(name, room);
  room.sockets.add(socket);
  let username = "";
  socket.on("message", (data) => {
    const frame = read(String(data));
    if (frame.type === "join") {
      username = frame.username ?? "";
      socket.send(welcome(name, username));
      return;
    }
    const { shared, ack } = relayed(frame, name, username, ++room.seq);
    for (const other of room.sockets)
      if (other !== socket && other.readyState === WebSocket.OPEN)
        other.send(shared);
    socket.send(ack);
  });
  socket.on("close", () => {
    room.sockets.delete(socket);
    if (room.sockets.size === 0) rooms.delete(name);
  });
});

listen(http);
