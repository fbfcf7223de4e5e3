// Socket.IO server: the chat of a well-known tutorial with its bugs fixed, without storage.
import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";
import { listen } from "./listen.ts";

type Ack = (answer: Readonly<Record<string, string | number>>) => void;

interface User {
  readonly room: string;
  readonly username: string;
  readonly socket: Socket;
}

/** One name is one user, in all rooms. */
const users = new Map<string, User>();
const http = createServer();
const io = new Server(http, { serveClient: false });

io.on("connection", (socket) => {
  let user: User | null = null;

  socket.on("join", (room: string, username: string, ack: Ack) => {
    if (user !== null) return ack({ error: "already_joined" });
    if (users.has(username)) return ack({ error: "username_taken" });
    user = { room, username, socket };
    users.set(username, user);
    socket.join(room);
    socket.to(room).emit("joined", { username, at: Date.now() });
    ack({ room, username });
  });

  socket.on("message", (text: string, ack: Ack) => {
    if (user === null) return ack({ error: "not_joined" });
    const at = Date.now();
    const { room, username } = user;
    socket.to(room).emit("message", { room, username, text, at });
    ack({ at });
  });

  socket.on("typing", () => {
    if (user === null) return;
    const { room, username } = user;
    socket.to(room).emit("typing", { username });
  });

  socket.on("private", (to: string, text: string, ack: Ack) => {
    if (user === null) return ack({ error: "not_joined" });
    const addressee = users.get(to);
    if (addressee === undefined) return ack({ error: "no_such_user" });
    const at = Date.now();
    const { username } = user;
    addressee.socket.emit("private", { username, to, text, at });
    ack({ at });
  });

  socket.on("disconnect", () => {
    if (user === null) return;
    const { room, username } = user;
    users.delete(username);
    io.to(room).emit("left", { username, at: Date.now() });
  });
});

listen(http);
