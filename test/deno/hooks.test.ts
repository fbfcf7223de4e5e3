// Hooks on Deno: the app of a process decides.
import { rmSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import { type DenoServer, freshFolder, startDeno } from "../hosts/deno.ts";
import { checkHookedChat } from "../hosts/hooked-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";

const data = freshFolder();
const ENTRY = "test/deno/support/hooked-main.ts";
let server: DenoServer | undefined;

beforeAll(async () => {
  const command = `--no-lock -A ${ENTRY} ${data} ${ADMIN_SECRET}`;
  server = await startDeno({ data, command });
  process.env.EDGE_CHAT_URL = server.url;
});
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true });
});

checkHookedChat(() => server?.printed ?? []);
