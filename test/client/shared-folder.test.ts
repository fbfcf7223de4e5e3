// Shared folder: tests reused process ids, other machines, missing hard links, damaged files and full disks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// Other files share the modules of this process, but not these.
vi.resetModules();
vi.doMock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, link: vi.fn(real.link), open: vi.fn(real.open) };
});
afterAll(() => {
  vi.doUnmock("node:fs/promises");
  vi.resetModules();
});

const files = await import("node:fs/promises");
const { fileStorage } = await import("../../src/client/file-storage.ts");
const { isRunning, thisProcess } = await import(
  "../../src/client/process-identity.ts"
);
const { TestClient } = await import("./support/test-client.ts");

afterEach(() => {
  vi.useRealTimers();
});

const only = (path: string): string => {
  const [name, ...others] = readdirSync(path);
  if (name === undefined || others.length > 0)
    throw new Error(`Not one file: ${[name, ...others]}`);
  return join(path, name);
};

/** Writes the file of another process that holds the lock. */
function leaveLock(path: string, holder: object, ageMs = 0): string {
  const release = fileStorage(path).locks?.hold("theirs");
  const file = only(path);
  release?.();
  writeFileSync(file, JSON.stringify({ name: "theirs", ...holder }));
  const at = new Date(Date.now() - ageMs);
  utimesSync(file, at, at);
  return file;
}

const held = async (path: string) => [
  ...((await fileStorage(path).locks?.held()) ?? []),
];

describe("a lock", () => {
  const { pid, start, machine } = thisProcess;

  test("a lock of this process is held", async () => {
    const path = temporaryFolder();
    leaveLock(path, thisProcess);
    expect(await held(path)).toEqual(["theirs"]);
  });

  test.for([
    ["an earlier process with this id", { pid, start: start - 1000, machine }],
    ["a release that wrote no start, with this id", { pid }],
    [
      "a container that restarted, with this id",
      { pid, start, machine: `${machine.split("_")[0]}_another` },
    ],
    ["another id that is used again", { pid: process.ppid, start: 1, machine }],
  ] as const)("a lock of %s is free", async ([, holder]) => {
    const path = temporaryFolder();
    leaveLock(path, holder);
    expect(await held(path)).toEqual([]);
    expect(readdirSync(path)).toEqual([]);
  });

  test("a lock of another machine is held while it is touched", async () => {
    const path = temporaryFolder();
    const theirs = { pid, start, machine: "another" };
    leaveLock(path, theirs, 20_000);
    expect(await held(path)).toEqual(["theirs"]);
    leaveLock(path, theirs, 40_000);
    expect(await held(path)).toEqual([]);
    // The other clock has been set back since.
    leaveLock(path, theirs, -3_600_000);
    expect(await held(path)).toEqual([]);
  });

  test("a lock of another container on this machine is held while it is touched", async () => {
    const path = temporaryFolder();
    const another = `${machine.split("_")[0]}_another`;
    const theirs = { pid: pid + 1, start, machine: another };
    leaveLock(path, theirs, 20_000);
    expect(await held(path)).toEqual(["theirs"]);
    leaveLock(path, theirs, 40_000);
    expect(await held(path)).toEqual([]);
  });

  test("a lock that was removed is written again", async () => {
    vi.useFakeTimers();
    const path = temporaryFolder();
    const release = fileStorage(path).locks?.hold("mine");
    rmSync(only(path));
    vi.advanceTimersByTime(10_000);
    expect(await held(path)).toEqual(["mine"]);
    release?.();
    expect(await held(path)).toEqual([]);
  });

  test("a lock that another process holds by now is left alone", async () => {
    const path = temporaryFolder();
    const release = fileStorage(path).locks?.hold("theirs");
    writeFileSync(
      only(path),
      JSON.stringify({ name: "theirs", ...thisProcess, id: "another" }),
    );
    release?.();
    expect(await held(path)).toEqual(["theirs"]);
  });

  test("a process is known by its start", async () => {
    const child = spawn(process.execPath, [
      "-e",
      "setInterval(() => {}, 1000)",
    ]);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    await once(child, "spawn");
    const other = { pid: child.pid ?? 0, machine };
    expect(isRunning(other)).toBe(true);
    expect(isRunning({ pid: other.pid, machine: "another" })).toBeNull();
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    expect(isRunning(other)).toBe(false);
  });
});

test("a restarted process with the same id sends the messages of its predecessor", async () => {
  const path = temporaryFolder();
  const storage = fileStorage(path);
  const key = `${encodeURIComponent("http://chat.example")}/alice/out/1`;
  const entry = { id: "1", text: "left", at: 1, owner: "theirs" };
  await storage.set(key, { ...entry, room: "lobby" });
  const lock = JSON.stringify({ name: "edge-chat theirs", pid: process.pid });
  writeFileSync(join(path, "0.lock"), lock);
  const client = new TestClient({ storage, locks: storage.locks });
  await waitUntil(() => client.environment.sockets.length === 1);
  await client.join();
  await waitUntil(() => client.environment.socket.hasUntakenFrames);
  expect(client.takeSent()).toMatchObject([{ text: "left" }]);
});

test("a draft of an earlier process with the same id is removed", async () => {
  const path = temporaryFolder();
  const storage = fileStorage(path);
  await storage.set("a", 1);
  const file = only(path);
  const { pid, start, machine } = thisProcess;
  writeFileSync(`${file}.${pid}.${start - 1000}.${machine}.1-a`, "{");
  const own = `${file}.${pid}.${start}.${machine}.1-b`;
  const elsewhere = `${file}.${pid}.${start}.another.1-c`;
  for (const draft of [own, elsewhere]) writeFileSync(draft, "{");
  await storage.list("");
  const left = readdirSync(path).map((name) => join(path, name));
  expect(left.sort()).toEqual([file, own, elsewhere].sort());
});

describe.for(["EPERM", "ENOSYS", "EOPNOTSUPP", "EXDEV", "EMLINK"])(
  "without hard links (%s)",
  (code) => {
    beforeEach(() => {
      vi.mocked(files.link).mockRejectedValue(
        Object.assign(new Error(`${code}: link`), { code }),
      );
      return () => vi.mocked(files.link).mockReset();
    });

    test("several processes claim one secret, and it is stored", async () => {
      const path = temporaryFolder();
      const claims = await Promise.all(
        ["one", "two", "three"].map((value) =>
          fileStorage(path).claim("secret", value),
        ),
      );
      expect(new Set(claims).size).toBe(1);
      expect(await fileStorage(path).claim("secret", "four")).toBe(claims[0]);
      expect(readdirSync(path)).toHaveLength(1);
    });

    test("the next start has the same secret", async () => {
      const path = temporaryFolder();
      const tokens: unknown[] = [];
      for (const name of ["first", "second"]) {
        const client = new TestClient({ storage: fileStorage(path), name });
        await waitUntil(() => client.environment.sockets.length === 1);
        tokens.push((await client.acceptJoin()).token);
        expect(client.sdk.storageError).toBeNull();
        await client.sdk.close();
      }
      expect(tokens[1]).toBe(tokens[0]);
    });
  },
);

describe("a folder that cannot be written", () => {
  const errorMessages = async (path: string) => {
    const client = new TestClient({ storage: fileStorage(path) });
    await waitUntil(() => client.environment.sockets.length === 1);
    await client.join();
    return client.events.flatMap((event) =>
      event.type === "error" ? event.error.message : [],
    );
  };

  test("a user sees that the folder is a file", async () => {
    const path = temporaryFolder();
    writeFileSync(path, "no folder");
    expect(await errorMessages(path)).toEqual([
      expect.stringContaining("ENOTDIR"),
    ]);
  });

  test("a user sees that the folder is a broken link", async () => {
    const path = temporaryFolder();
    symlinkSync(join(path, "..", "no", "such", "place"), path);
    expect(await errorMessages(path)).toEqual([
      expect.stringMatching(/claim: E[A-Z]+/),
    ]);
  });

  test.for(["EROFS", "ENOSPC", "EACCES"])(
    "a user sees the error %s of the disk",
    async (code) => {
      vi.mocked(files.open).mockRejectedValue(
        Object.assign(new Error(`${code}: open`), { code }),
      );
      onTestFinished(() => {
        vi.mocked(files.open).mockReset();
      });
      const path = temporaryFolder();
      expect(await errorMessages(path)).toEqual([
        expect.stringContaining(`(claim: ${code}: open)`),
      ]);
    },
  );

  test("a missing folder is created, also while the chat runs", async () => {
    const path = temporaryFolder();
    const storage = fileStorage(join(path, "deep", "down"));
    await storage.set("a", 1);
    rmSync(path, { recursive: true });
    await storage.set("a", 2);
    expect(await storage.get("a")).toBe(2);
  });

  test("a link to another folder works like that folder", async () => {
    const [path, real] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(real, { mode: 0o700 });
    symlinkSync(real, path);
    await fileStorage(path).set("a", 1);
    expect(await fileStorage(real).get("a")).toBe(1);
  });
});

test("a damaged file is kept under another name, with a warning", async () => {
  const path = temporaryFolder();
  const storage = fileStorage(path);
  await storage.claim("secret", "old");
  const file = only(path);
  writeFileSync(file, '{"key":"secret","value":"o');
  const warned = once(process, "warning");
  expect(await storage.claim("secret", "new")).toBe("new");
  const [warning] = await warned;
  expect(warning.message).toContain(`${file}.damaged`);
  expect(readFileSync(`${file}.damaged`, "utf8")).toContain('"secret"');
  expect(await fileStorage(path).claim("secret", "third")).toBe("new");
});

/** Files take time. */
async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await flushPromises();
}
