// File storage: tests file modes, atomic writes, and locks between processes.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { fileStorage } from "../../src/client/file-storage.ts";
import { lockName } from "../../src/client/outbox-locks.ts";
import { flushPromises } from "./support/fake-environment.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { resumedWelcome, TestClient } from "./support/test-client.ts";

const files = (path: string) =>
  readdirSync(path).map((name) => join(path, name));
const only = (path: string): string => {
  const [file, ...others] = files(path);
  if (file === undefined || others.length > 0)
    throw new Error(`Not one file: ${[file, ...others]}`);
  return file;
};
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("the files", () => {
  test("only the owner can read the files", async () => {
    const path = temporaryFolder();
    const storage = fileStorage(path);
    await storage.claim("secret", "of alice");
    await storage.set("cursor", 1);
    storage.locks?.hold("alive");
    expect(mode(path)).toBe("700");
    expect(files(path).map(mode)).toEqual(["600", "600", "600"]);
  });

  test("a file that others could read is the owner's alone after a write", async () => {
    const path = temporaryFolder();
    const storage = fileStorage(path);
    await storage.set("secret", "old");
    const file = only(path);
    chmodSync(file, 0o644);
    await storage.set("secret", "new");
    expect(mode(file)).toBe("600");
  });

  test("a file is written as a draft, and moved into place", async () => {
    const path = temporaryFolder();
    const storage = fileStorage(path);
    await storage.set("a", "the first");
    const file = only(path);
    const before = statSync(file).ino;
    await storage.set("a", "the second");
    expect(only(path)).toBe(file);
    expect(statSync(file).ino).not.toBe(before);
  });

  test("drafts of a crashed process are removed", async () => {
    const path = temporaryFolder();
    const storage = fileStorage(path);
    await storage.set("a", "whole");
    const file = only(path);
    const alive = `${file}.${process.ppid}.2-b`;
    for (const draft of [`${file}.${await deadPid()}.1-a`, alive])
      writeFileSync(draft, '{"key":"a","val');
    expect(await storage.list("")).toEqual([["a", "whole"]]);
    expect(files(path)).toEqual([file, alive]);
  });

  test.for(["", "{", "null", '{"value":1}'])(
    "a file that contains %o has no value, and can be claimed",
    async (damaged) => {
      const path = temporaryFolder();
      const storage = fileStorage(path);
      await storage.set("a", "whole");
      writeFileSync(only(path), damaged);
      expect(await storage.get("a")).toBeUndefined();
      expect(await storage.list("")).toEqual([]);
      expect(await storage.claim("a", "new")).toBe("new");
      expect(await fileStorage(path).get("a")).toBe("new");
    },
  );

  test("a folder that cannot be created does not stop the chat", async () => {
    const path = temporaryFolder();
    writeFileSync(path, "no folder");
    const storage = fileStorage(path);
    await expect(storage.set("a", 1)).rejects.toThrow();
    const client = new TestClient({ storage, locks: storage.locks });
    await waitUntil(() => client.environment.sockets.length === 1);
    await client.join();
    client.lobby.send("hello");
    await waitUntil(() => client.environment.socket.hasUntakenFrames);
    expect(client.takeSent()).toMatchObject([{ text: "hello" }]);
    expect(readFileSync(path, "utf8")).toBe("no folder");
  });
});

describe("a lock", () => {
  test("a lock is visible to all who share the folder, until it is released", async () => {
    const path = temporaryFolder();
    const [one, two] = [fileStorage(path), fileStorage(path)];
    const release = one.locks?.hold("alive");
    expect(await two.locks?.held()).toEqual(new Set(["alive"]));
    release?.();
    expect(await two.locks?.held()).toEqual(new Set());
    expect(readdirSync(path)).toEqual([]);
  });

  test("a lock ends with its process", async () => {
    const path = temporaryFolder();
    const process = await startProcess(path, 'locks.hold("theirs");');
    const { locks } = fileStorage(path);
    expect(await locks?.held()).toEqual(new Set(["theirs"]));
    await kill(process);
    expect(await locks?.held()).toEqual(new Set());
  });

  test("a lock that was not touched for a minute is free", async () => {
    const path = temporaryFolder();
    const { locks } = fileStorage(path);
    locks?.hold("silent");
    const old = new Date(Date.now() - 60_000);
    utimesSync(only(path), old, old);
    expect(await locks?.held()).toEqual(new Set());
  });

  test("an unreadable lock is free once it is old", async () => {
    const path = temporaryFolder();
    mkdirSync(path);
    const { locks } = fileStorage(path);
    const release = locks?.hold("broken");
    const file = only(path);
    release?.();
    writeFileSync(file, "{");
    expect((await locks?.held())?.size).toBe(1);
    const old = new Date(Date.now() - 60_000);
    utimesSync(file, old, old);
    let hasRun = false;
    await locks?.runExclusive("broken", async () => {
      hasRun = true;
    });
    expect(hasRun).toBe(true);
    expect(readdirSync(path)).toEqual([]);
  });

  test("one callback of a lock runs at a time, also after one that failed", async () => {
    const path = temporaryFolder();
    const [one, two] = [fileStorage(path).locks, fileStorage(path).locks];
    const events: string[] = [];
    const act = (name: string) => async () => {
      events.push(`${name} begins`);
      await flushPromises();
      events.push(`${name} ends`);
    };
    const failing = one?.runExclusive("turn", async () => {
      await act("first")();
      throw new Error("It failed.");
    });
    const second = two?.runExclusive("turn", act("second"));
    await expect(failing).rejects.toThrow("It failed.");
    await second;
    expect(events).toEqual([
      ...["first begins", "first ends"],
      ...["second begins", "second ends"],
    ]);
  });
});

test("a terminal sends the messages of another one that was killed", async () => {
  const path = temporaryFolder();
  const other = await startProcess(
    path,
    'locks.hold("edge-chat their-owner");',
  );
  expect(lockName("their-owner")).toBe("edge-chat their-owner");
  const storage = fileStorage(path);
  const key = `${encodeURIComponent("http://chat.example")}/alice/out/1`;
  const entry = { id: "1", text: "left", at: 1, owner: "their-owner" };
  await storage.set(key, { ...entry, room: "lobby" });
  const client = new TestClient({ storage, locks: storage.locks });
  await waitUntil(() => client.environment.sockets.length === 1);
  await client.join();
  expect(client.lobby.pending).toEqual([]);
  await kill(other);
  client.environment.socket.serverCloses();
  await client.environment.advance(2000);
  await waitUntil(() => client.environment.sockets.length === 2);
  await client.acceptJoin();
  client.serverSends(resumedWelcome({}));
  await waitUntil(() => client.environment.socket.hasUntakenFrames);
  expect(client.takeSent()).toMatchObject([{ text: "left", id: "1" }]);
});

/**
 * Starts another process with a storage in that folder, and waits until it has
 * run the code.
 */
async function startProcess(path: string, does: string): Promise<ChildProcess> {
  const client = fileURLToPath(
    new URL("../../src/client/file-storage.ts", import.meta.url),
  );
  const script = `
    import { fileStorage } from ${JSON.stringify(client)};
    const { locks } = fileStorage(${JSON.stringify(path)});
    ${does}
    console.log("done");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: dirname(client),
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

/** Files take time. */
async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await flushPromises();
}
