// Room pages tests: a walk with the cursor of each page sees every registered room once, and says if a part does not answer.
import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { createService } from "../../src/core/service/create-service.ts";
import {
  type RegistryCursor,
  registryName,
  registryShardOf,
} from "../../src/core/shared/registry-requests.ts";
import { type RoomPageQuery, readRoomPage } from "../../src/http/room-pages.ts";
import { Database } from "../core/support/database.ts";

type AskObject = Parameters<typeof readRoomPage>[0];

function registryOf(rooms: readonly string[]) {
  const sql = new Database();
  let asked = 0;
  const ask: AskObject = async ({ name }, ops) => {
    asked++;
    const core = createService({ sql, hash: (text) => text }, name);
    const { replies } = core.on({ kind: "asked", ask: {}, ops }, 7);
    return replies.flatMap((one) => one.replies);
  };
  const entered = rooms.map((room) => {
    const hash = createHash("sha256").update(room).digest("base64url");
    const name = registryName(registryShardOf(hash));
    return ask({ kind: "service", name }, [{ type: "enter-room", room }]);
  });
  return { ask, entered: Promise.all(entered), asked: () => asked };
}

async function walk(ask: AskObject, query: Omit<RoomPageQuery, "from">) {
  const pages: string[][] = [];
  let from: RegistryCursor | undefined;
  do {
    const page = await readRoomPage(ask, { ...query, from });
    if (page === null) throw new Error("No answer.");
    pages.push(page.rooms.map(({ room }) => room));
    from = page.next ?? undefined;
  } while (from !== undefined);
  return pages;
}

const ROOMS = Array.from({ length: 1000 }, (_, i) => `room-${i}`);

test.for([1, 7, 100])(
  "an operator sees each of 1,000 rooms once in pages of up to %i",
  async (limit) => {
    const { ask, entered } = registryOf(ROOMS);
    await entered;
    const pages = await walk(ask, { limit });
    expect(pages.flat().sort()).toEqual([...ROOMS].sort());
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
  },
);

test("an operator sees only the rooms whose names begin so", async () => {
  const { ask, entered } = registryOf([...ROOMS, "大厅", "lobby"]);
  await entered;
  const found = (await walk(ask, { prefix: "room-99", limit: 3 })).flat();
  const wanted = ROOMS.filter((room) => room.startsWith("room-99"));
  expect(found.sort()).toEqual(wanted.sort());
  expect((await walk(ask, { prefix: "大", limit: 3 })).flat()).toEqual([
    "大厅",
  ]);
});

test("one page asks a bounded number of objects, also if there are no rooms", async () => {
  const { ask, asked } = registryOf([]);
  const page = await readRoomPage(ask, { limit: 20 });
  expect(page).toEqual({ rooms: [], next: { shard: 64, after: "" } });
  expect(asked()).toBe(64);
  expect(await walk(ask, { limit: 20 })).toEqual([[], [], [], []]);
});

test("there is no page without the part that does not answer", async () => {
  const { ask, entered } = registryOf(ROOMS);
  await entered;
  const without =
    (answer: AskObject): AskObject =>
    (to, ops) =>
      to.name === "rooms:02" ? answer(to, ops) : ask(to, ops);
  const broken = without(() => Promise.reject(new Error("down")));
  expect(await readRoomPage(broken, { limit: 100 })).toBeNull();
  const older = without(async () => [{ type: "refused", code: "unsupported" }]);
  expect(await readRoomPage(older, { limit: 100 })).toBeNull();
  vi.useFakeTimers();
  try {
    const silent = without(() => new Promise(() => undefined));
    const page = readRoomPage(silent, { limit: 100 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(await page).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});
