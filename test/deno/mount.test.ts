// A process that mounts two chats below paths of its site: all of each works there, and they share nothing.
import { rmSync } from "node:fs";
import { join as joinPath } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  ask,
  askRaw,
  UPGRADE_HEADERS,
} from "../conformance/support/http-client.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { type DenoServer, freshFolder, startDeno } from "../hosts/deno.ts";
import { checkDataSchemas, checkMountedChat } from "../hosts/mounted-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { runOut } from "./support/servers.ts";

const ENTRY = "test/deno/support/mounting-main.ts";
const data = freshFolder();
let server: DenoServer | undefined;

const start = () =>
  startDeno({ data, command: `--no-lock -A ${ENTRY} ${data} ${ADMIN_SECRET}` });
const turnTo = (path: string) => {
  process.env.EDGE_CHAT_URL = `${server?.url}${path}`;
};

beforeAll(async () => {
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true });
});

describe("a chat mounted at /chat", () => {
  beforeAll(() => turnTo("/chat"));

  checkMountedChat();
  checkDataSchemas();
});

describe("two chats of one process", () => {
  test("users of two chats of one process have rooms of their own", async () => {
    const room = uniqueName("lobby");
    turnTo("/chat");
    await join(room, person("alice"));
    turnTo("/staff/blue");
    const { body } = await ask(`/rooms/${room}`);
    expect(body).toMatchObject({ count: 0, epoch: null });
  });

  test.for(["chat", "staff"])(
    "an operator cannot open the data folder of %s twice",
    async (folder) => {
      const { code, printed } = await runOut({ data: joinPath(data, folder) });
      expect(code).toBe(1);
      expect(printed).toMatch(/^Another process has the data folder/);
    },
  );

  test("users' wrong secrets and connections count for each chat of a process alone", async () => {
    const wrong = { Authorization: "Bearer wrong" };
    const right = { Authorization: `Bearer ${ADMIN_SECRET}` };
    const path = `/admin/rooms/${uniqueName("lobby")}/export`;
    turnTo("/staff/blue");
    for (let i = 0; i < 10; i++)
      expect((await askRaw(path, wrong)).status).toBe(401);
    expect((await askRaw(path, right)).status).toBe(429);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await askRaw("/rooms/lobby", UPGRADE_HEADERS)).status);
    expect(statuses).toEqual([101, 101, 101, 101, 101, 429]);
    turnTo("/chat");
    expect((await askRaw(path, right)).status).toBe(404);
    expect((await askRaw("/rooms/lobby", UPGRADE_HEADERS)).status).toBe(101);
  });

  test("users of two chats of one process go on where they were after a restart", async () => {
    const room = uniqueName("lobby");
    turnTo("/chat");
    const alice = await join(room, person("alice"));
    const { seq } = await alice.sendMessage("hello");
    const idle = await connect(room);
    const end = server?.stop();
    for (const client of [alice, idle])
      expect(await client.closed()).toMatchObject({ code: 4000 });
    expect(await end).toBe(0);
    server = await start();
    turnTo("/chat");
    expect((await ask(`/rooms/${room}`)).body).toMatchObject({ seq });
  });
});
