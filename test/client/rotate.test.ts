// Changing the secret: kept once the server has it, tried after a lost answer, the same in all tabs.
import { describe, expect, test } from "vitest";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { settled } from "./place.ts";
import { Room, type RoomOptions, resumed, welcome } from "./room.ts";

const NEW = "a-new-secret-of-22-chars";
const ROTATED = { type: "rotated", username: "alice", until: 9000 };
const MEMBERS = { type: "members", members: ["alice"], count: 1, more: false };
const TAKEN = { type: "error", code: "username_taken", message: "No." };
const registered = { registered: 9_000_000_000_000 };

async function live(options: RoomOptions = {}) {
  const room = new Room(options);
  const { token } = await room.enters(registered);
  return { room, old: String(token) };
}

/** The secret that is kept, or, without an answer, the new and the old one. */
async function secrets(storage: ChatStorage): Promise<unknown[]> {
  const kept = await storage.list("");
  return kept
    .filter(([key]) => key.endsWith("/secret"))
    .map(([, value]) => value);
}

/** The next start has its token. */
async function next(room: Room, name = "next") {
  return new Room({ storage: room.storage, name, after: room });
}

describe("a secret that is changed", () => {
  test("is made and kept, and opens from then on", async () => {
    const { room, old } = await live();
    const done = room.chat.rotate();
    await settled();
    const [frame] = room.sent();
    expect(frame).toEqual({ type: "rotate", token: expect.any(String) });
    expect(frame?.token).not.toBe(old);
    expect(await secrets(room.storage)).toEqual([[frame?.token, old]]);
    room.says(ROTATED);
    expect(await done).toEqual({ ...ROTATED, token: frame?.token });
    expect(await secrets(room.storage)).toEqual([frame?.token]);
    expect((await room.comesBack()).token).toBe(frame?.token);
    expect((await (await next(room)).joins()).token).toBe(frame?.token);
  });

  test("may be given", async () => {
    const { room } = await live();
    const done = room.chat.rotate(NEW);
    await settled();
    expect(room.sent()).toEqual([{ type: "rotate", token: NEW }]);
    room.says(ROTATED);
    await done;
    expect(await secrets(room.storage)).toEqual([NEW]);
  });

  test("is used by another tab from its next connection on", async () => {
    const { room } = await live();
    const other = new Room({ storage: room.storage, name: "other" });
    await other.enters(registered);
    const done = room.chat.rotate(NEW);
    await settled();
    room.says(ROTATED);
    other.says(ROTATED);
    await done;
    expect(other.told).toContainEqual(ROTATED);
    expect((await other.comesBack()).token).toBe(NEW);
  });

  test("and refused stays as it was", async () => {
    const { room, old } = await live();
    const done = room.chat.rotate(NEW);
    await settled();
    room.says({ type: "error", code: "forbidden", message: "No." });
    await expect(done).rejects.toMatchObject({ code: "forbidden" });
    await settled();
    expect(await secrets(room.storage)).toEqual([old]);
    expect((await room.comesBack()).token).toBe(old);
  });

  test("of a name that is not registered is not kept before the answer", async () => {
    const room = new Room();
    await room.enters();
    room.chat.rotate(NEW).catch(() => {});
    await settled();
    room.says(MEMBERS);
    await settled();
    expect(room.sent()).toMatchObject([{ type: "who" }, { type: "rotate" }]);
    expect((await secrets(room.storage)).map(String)).not.toContain(NEW);
    // It would claim the name as somebody else.
    const { token } = await (await next(room)).joins();
    expect(token).not.toBe(NEW);
  });

  test.for([undefined, "", 7])(
    "may not be %o if the app gave it",
    async (given) => {
      const { room } = await live({ token: "the-token-of-the-app-itself" });
      const wrong = given as unknown as string;
      await expect(room.chat.rotate(wrong)).rejects.toThrow(
        new TypeError("token must be a string."),
      );
      expect(room.sent()).toEqual([]);
    },
  );

  test("and given by the app is used, and not kept", async () => {
    const { room } = await live({ token: "the-token-of-the-app-itself" });
    const done = room.chat.rotate(NEW);
    await settled();
    room.says(ROTATED);
    await done;
    expect((await room.comesBack()).token).toBe(NEW);
    expect(JSON.stringify(await room.storage.list(""))).not.toContain(NEW);
  });
});

describe("a secret that cannot be kept", () => {
  const fails = () => Promise.reject(new Error("the disk is full"));
  const hangs = () => new Promise<never>(() => {});

  test.for([
    { set: fails },
    { claim: fails },
    { set: hangs },
    { claim: hangs },
  ])("is not asked for: %o", async (broken) => {
    const storage = memoryStorage();
    const mine = { ...storage };
    const { room, old } = await live({ storage: mine });
    Object.assign(mine, broken);
    const done = room.chat.rotate();
    done.catch(() => {});
    await settled();
    await room.place.pass(15_000);
    await expect(done).rejects.toMatchObject({ code: "storage" });
    expect(room.sent().map(({ type }) => type)).not.toContain("rotate");
    expect((await room.comesBack()).token).toBe(old);
    // Nor does the next process come in as somebody else.
    Object.assign(mine, storage);
    const after = await next(room);
    let { token } = await after.joins();
    if (token !== old) {
      after.says(TAKEN);
      ({ token } = await after.joins());
    }
    expect(token).toBe(old);
  });

  test("is not asked for either before it is known whose the name is", async () => {
    const mine = { ...memoryStorage() };
    const room = new Room({ storage: mine });
    await room.joins();
    mine.set = fails;
    const done = room.chat.rotate();
    done.catch(() => {});
    await settled();
    room.says(welcome(registered));
    await settled();
    expect(room.sent()).toEqual([{ type: "who" }]);
    room.says(MEMBERS);
    await expect(done).rejects.toMatchObject({ code: "storage" });
    expect(room.sent()).toEqual([]);
  });

  test("is of no matter if the app keeps its own", async () => {
    const token = "the-token-of-the-app-itself";
    const { room } = await live({
      token,
      storage: { ...memoryStorage(), set: fails, claim: fails },
    });
    const done = room.chat.rotate(NEW);
    await settled();
    room.says(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
  });
});

describe("an answer that is lost", () => {
  test("though the secret has changed: the new one opens, and is kept", async () => {
    const { room } = await live();
    const done = room.chat.rotate(NEW);
    await settled();
    room.sent();
    expect((await room.comesBack()).token).toBe(NEW);
    room.says(resumed(registered));
    expect(room.sent()).toEqual([{ type: "rotate", token: NEW }]);
    room.says(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
    expect(await secrets(room.storage)).toEqual([NEW]);
  });

  test("and the secret has not: the old one is tried after it", async () => {
    const { room, old } = await live();
    const done = room.chat.rotate(NEW);
    await settled();
    room.sent();
    expect((await room.comesBack()).token).toBe(NEW);
    room.says(TAKEN);
    expect((await room.joins()).token).toBe(old);
    room.says(resumed(registered));
    expect(room.sent()).toEqual([{ type: "rotate", token: NEW }]);
    room.says(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
    expect(room.states).not.toContain("refused");
  });

  test.for([true, false])("by a crash, and it has changed: %o", async (has) => {
    const { room: before, old } = await live({ storage: memoryStorage() });
    before.chat.rotate(NEW).catch(() => {});
    await settled();
    const room = await next(before);
    expect((await room.joins()).token).toBe(NEW);
    if (!has) {
      room.says(TAKEN);
      expect((await room.joins()).token).toBe(old);
    }
    room.says(resumed(registered));
    await settled();
    const right = has ? NEW : old;
    expect(await secrets(room.storage)).toEqual([right]);
    expect((await room.comesBack()).token).toBe(right);
  });

  test("is found out by each of several rooms", async () => {
    const { room: before, old } = await live();
    before.chat.rotate(NEW).catch(() => {});
    await settled();
    const room = await next(before);
    const kitchen = room.chat.join("kitchen");
    await settled();
    const { sockets } = room.place;
    expect(sockets).toHaveLength(2);
    for (const socket of [...sockets]) {
      socket.accept();
      expect(socket.sent()).toMatchObject([{ token: NEW }]);
    }
    for (const socket of [...sockets]) socket.says(TAKEN);
    await settled();
    expect(sockets).toHaveLength(4);
    for (const socket of sockets.slice(2)) {
      socket.accept();
      expect(socket.sent()).toMatchObject([{ token: old }]);
    }
    expect(kitchen.state).toBe("connecting");
  });

  test("and neither opens: then the name is somebody else's", async () => {
    const { room: before } = await live();
    before.chat.rotate(NEW).catch(() => {});
    await settled();
    const room = await next(before);
    await room.joins();
    room.says(TAKEN);
    await room.joins();
    room.says(TAKEN);
    expect(room.chat.state).toBe("refused");
  });
});
