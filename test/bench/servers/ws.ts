// ws server: broadcasts with the `ws` package, without storage and checks.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "./listen.ts";
import { privateLines, read, relayed, typing, welcome } from "./wire.ts";

interface Room {
  readonly sockets: Set<WebSocket>;
  seq: number;
}

const rooms = new Map<string, Room>();
const users = new Map<string, WebSocket>();
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
      users.set(username, socket);
      socket.send(welcome(name, username));
      return;
    }
    if (frame.type === "typing") {
      const line = typing(username);
      for (const other of room.sockets)
        if (other !== socket && other.readyState === WebSocket.OPEN)
          other.send(line);
      return;
    }
    if (frame.type === "private") {
      const { line, ack } = privateLines(frame, username);
      users.get(frame.to ?? "")?.send(line);
      socket.send(ack);
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
    if (users.get(username) === socket) users.delete(username);
    if (room.sockets.size === 0) rooms.delete(name);
  });
});

listen(http);
