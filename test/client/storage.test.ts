// What every storage of a chat must do, whichever it is: in memory, in a browser, in files.
import "fake-indexeddb/auto";
import { describe, expect, test } from "vitest";
import { fileStorage } from "../../src/client/file-storage.ts";
import { indexedDbStorage } from "../../src/client/indexed-db.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

let databases = 0;

/** Two that share what is kept: of two tabs, or two processes. */
const KINDS: Record<string, () => readonly [ChatStorage, ChatStorage]> = {
  memory: () => {
    const storage = memoryStorage();
    return [storage, storage];
  },
  IndexedDB: () => {
    const name = `edge-chat-${databases++}`;
    return [indexedDbStorage(name), indexedDbStorage(name)];
  },
  files: () => {
    const path = temporaryFolder();
    return [fileStorage(path), fileStorage(path)];
  },
};

describe.for(Object.entries(KINDS))("a storage in %s", ([, open]) => {
  test("has nothing at first", async () => {
    const [storage] = open();
    expect(await storage.get("secret")).toBeUndefined();
    expect(await storage.list("")).toEqual([]);
    await storage.remove("secret");
  });

  test("has what was kept last, for whoever shares it", async () => {
    const [storage, other] = open();
    await storage.set("cursor", { epoch: "e1", seq: 1 });
    await storage.set("cursor", { epoch: "e1", seq: 2 });
    expect(await other.get("cursor")).toEqual({ epoch: "e1", seq: 2 });
  });

  test("has the last of those that were kept at once", async () => {
    const [storage, other] = open();
    const all = Array.from({ length: 20 }, (_, i) => storage.set("n", i));
    await Promise.all(all);
    expect(await other.get("n")).toBe(19);
  });

  test("gives a secret to the first who claims it, and to all", async () => {
    const [storage, other] = open();
    const claims = await Promise.all([
      storage.claim("secret", "one"),
      other.claim("secret", "two"),
      storage.claim("secret", "three"),
    ]);
    expect(new Set(claims).size).toBe(1);
    expect(await other.claim("secret", "four")).toBe(claims[0]);
    expect(await storage.get("secret")).toBe(claims[0]);
  });

  test("tells what is under a prefix, ascending, and no more", async () => {
    const [storage, other] = open();
    const keys = ["out/2", "out/1", "out/10", "room/1", "out", "\u{20bb7}/1"];
    await Promise.all(keys.map((key) => storage.set(key, { key })));
    const found = await other.list("out/");
    expect(found).toEqual(
      ["out/1", "out/10", "out/2"].map((key) => [key, { key }]),
    );
    expect(await other.list("\u{20bb7}/")).toHaveLength(1);
  });

  test("takes a key as long as a name in Chinese makes it", async () => {
    const [storage, other] = open();
    const key = encodeURIComponent("雷".repeat(64)).repeat(4);
    await storage.set(key, "kept");
    expect(await other.get(key)).toBe("kept");
  });

  test("has no more what was removed, and may be claimed anew", async () => {
    const [storage, other] = open();
    await storage.set("a", 1);
    await other.remove("a");
    expect(await storage.get("a")).toBeUndefined();
    expect(await storage.claim("a", 2)).toBe(2);
  });

  test("keeps what it was given, whatever becomes of that", async () => {
    const [storage] = open();
    const value = { texts: ["one"] };
    await storage.set("a", value);
    value.texts.push("two");
    expect(await storage.get("a")).toEqual({ texts: ["one"] });
  });
});
