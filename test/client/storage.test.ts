// Storage: tests the rules for every storage, in memory, in IndexedDB and in files.
import "fake-indexeddb/auto";
import { describe, expect, test } from "vitest";
import { fileStorage } from "../../src/client/file-storage.ts";
import { indexedDbStorage } from "../../src/client/indexed-db.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

let databases = 0;

/** Two storages that share their data, as in two tabs or two processes. */
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
  test("an empty storage has no values", async () => {
    const [storage] = open();
    expect(await storage.get("secret")).toBeUndefined();
    expect(await storage.list("")).toEqual([]);
    await storage.remove("secret");
  });

  test("a storage returns the last value, to all who share it", async () => {
    const [storage, other] = open();
    await storage.set("cursor", { epoch: "e1", seq: 1 });
    await storage.set("cursor", { epoch: "e1", seq: 2 });
    expect(await other.get("cursor")).toEqual({ epoch: "e1", seq: 2 });
  });

  test("a storage keeps the last of several simultaneous writes", async () => {
    const [storage, other] = open();
    const all = Array.from({ length: 20 }, (_, i) => storage.set("n", i));
    await Promise.all(all);
    expect(await other.get("n")).toBe(19);
  });

  test("a storage gives the first claimed secret to all", async () => {
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

  test("a storage lists the values under a prefix, ascending", async () => {
    const [storage, other] = open();
    const keys = ["out/2", "out/1", "out/10", "room/1", "out", "\u{20bb7}/1"];
    await Promise.all(keys.map((key) => storage.set(key, { key })));
    const found = await other.list("out/");
    expect(found).toEqual(
      ["out/1", "out/10", "out/2"].map((key) => [key, { key }]),
    );
    expect(await other.list("\u{20bb7}/")).toHaveLength(1);
  });

  test("a storage accepts the keys of Chinese names", async () => {
    const [storage, other] = open();
    const key = encodeURIComponent("雷".repeat(64)).repeat(4);
    await storage.set(key, "kept");
    expect(await other.get(key)).toBe("kept");
  });

  test("a removed value is gone, and can be claimed", async () => {
    const [storage, other] = open();
    await storage.set("a", 1);
    await other.remove("a");
    expect(await storage.get("a")).toBeUndefined();
    expect(await storage.claim("a", 2)).toBe(2);
  });

  test("a storage keeps a copy of a value", async () => {
    const [storage] = open();
    const value = { texts: ["one"] };
    await storage.set("a", value);
    value.texts.push("two");
    expect(await storage.get("a")).toEqual({ texts: ["one"] });
  });
});
