// Socket.IO upgrade on Cloudflare: a WebSocket that does not take over a session is closed.
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { urlOf } from "../conformance/support/connection.ts";
import { serve } from "./support/server.ts";

serve();

test("a WebSocket for a session that nobody has is closed although it says nothing", async () => {
  const url = urlOf("/socket.io/?EIO=4&transport=websocket&sid=of-nobody");
  url.protocol = "ws:";
  const socket = new WebSocket(url);
  const code = await new Promise((resolve) => socket.on("close", resolve));
  expect(code).toBe(1000);
});
