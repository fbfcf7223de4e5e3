// Echo apps: answer every message, as the official suites of Engine.IO and Socket.IO expect.
import { Session } from "../../../src/socketio/session.ts";
import type { EngineApp } from "./engine-server.ts";

/** Sends back every message of Engine.IO. */
export const engineEcho: EngineApp = {
  open: (engine) => ({
    onMessage: (data) => engine.send(data),
    onClose() {},
  }),
};

/** Has two namespaces, shows `auth`, and sends back every event. */
export const socketEcho: EngineApp = {
  open(engine, now) {
    let count = 0;
    const session = new Session({
      now,
      connectTimeoutMs: 1000,
      send: (message) => engine.send(message),
      close: (at) => engine.close(at),
      handler: {
        onConnect(nsp, auth, at) {
          if (nsp !== "/" && nsp !== "/custom") {
            session.refuse(nsp, "Invalid namespace", at);
            return;
          }
          session.accept(nsp, { sid: `socket-${count++}` });
          session.emit(nsp, ["auth", auth]);
        },
        onEvent(nsp, [name, ...args], ack) {
          if (name === "message") session.emit(nsp, ["message-back", ...args]);
          if (name === "message-with-ack" && ack !== null)
            session.ack(nsp, ack, args);
        },
        onDisconnect() {},
      },
    });
    return {
      onMessage: (data, at) => session.take(data, at),
      onClose() {},
      tick: (at) => session.tick(at),
      get deadline() {
        return session.deadline;
      },
    };
  },
};
