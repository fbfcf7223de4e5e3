// Startup: a Deno process reads its options, refuses wrong ones, and has the rights of its task only.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  ALLOWED_ENVIRONMENT,
  ENVIRONMENT,
  readOptions,
} from "../../src/deno/options.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { ask } from "../conformance/support/http-client.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { dataFolder, runOut, serve } from "./support/servers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function read(path: string): string {
  return readFileSync(`${root}/${path}`, "utf8");
}

describe("the arguments", () => {
  test("an operator may leave out all arguments", () => {
    expect(readOptions([], {})).toEqual({
      kind: "options",
      options: {
        data: "data",
        hostname: "127.0.0.1",
        port: 8787,
        env: {},
        addressHeader: "",
        basePath: "",
        openMax: 1000,
        synchronous: "FULL",
      },
    });
  });

  test.for([
    [["--port", "0", "--host", "::", "--data", "/srv/chat"]],
    [["--port=0", "--host=::", "--data=/srv/chat"]],
    [["--port=1", "--data", "x", "--host=::", "--data=/srv/chat", "--port=0"]],
  ])(
    "an operator's arguments %j are read, and the last of each counts",
    ([args]) => {
      expect(readOptions(args ?? [], {})).toMatchObject({
        options: { data: "/srv/chat", hostname: "::", port: 0 },
      });
    },
  );

  test.for([
    [["--prot", "1"], "--prot"],
    [["1"], "Unknown option 1"],
    [["--port"], "--port needs a value"],
    [["--data="], "--data needs a value"],
    [["--port", "http"], "--port http"],
    [["--port", "65536"], "0 to 65535"],
    [["--port", "-1"], "0 to 65535"],
    [["--constructor", "1"], "--constructor"],
  ] as const)(
    "an operator's arguments %j are refused by name",
    ([args, name]) => {
      expect(readOptions(args, {})).toEqual({
        kind: "wrong",
        message: expect.stringContaining(name),
      });
    },
  );

  test("an operator reads every setting in --help", async () => {
    const { code, printed } = await runOut({ args: ["--help"] });
    expect(code).toBe(0);
    for (const name of ENVIRONMENT) expect(printed).toContain(name);
  });
});

describe("the settings", () => {
  test("an operator gives settings in the environment", () => {
    const env = {
      ROOM_HISTORY: "5",
      OPEN_ROOMS: "7",
      SYNCHRONOUS: "NORMAL",
      ADMIN_SECRET: "correct horse".replace(" ", "-").repeat(2),
    };
    expect(readOptions([], env)).toMatchObject({
      options: { env, openMax: 7, synchronous: "NORMAL" },
    });
    expect(readChatConfig(env)).toMatchObject({
      settings: { ROOM_HISTORY: 5, ROOM_CONNECTIONS: 10_000 },
      adminSecret: env.ADMIN_SECRET,
    });
  });

  test.for([
    ["ROOM_HISTORY", "0"],
    ["TEXT_MAX", "many"],
    ["OPEN_ROOMS", "0"],
    ["SYNCHRONOUS", "OFF"],
    ["ADDRESS_HEADER", "X-Forwarded-For:"],
    ["BASE_PATH", "chat"],
    ["GUESTS", "off"],
    ["ADMIN_SECRET", "fifteen-letters"],
    ["ADMIN_SECRET", "a blank between the words"],
    ["ADMIN_SECRET_OLD", "fifteen-letters"],
    ["METRICS_SECRET", "fifteen-letters"],
  ] as const)(
    "an operator's setting %s=%s is refused by name",
    ([name, value]) => {
      expect(readOptions([], { [name]: value })).toEqual({
        kind: "wrong",
        message: expect.stringContaining(name),
      });
    },
  );

  test("an operator's secret that is refused is not printed", () => {
    const read = readOptions([], { ADMIN_SECRET: "hunter2" });
    expect(JSON.stringify(read)).not.toContain("hunter2");
  });

  test("an operator's wrong setting ends the process, by name", async () => {
    const settings = { ROOM_HISTORY: -1 };
    const { code, printed } = await runOut({ settings });
    expect(code).toBe(1);
    expect(printed).toMatch(/^Wrong settings\. ROOM_HISTORY="-1": /);
  });
});

describe("the task that serves", () => {
  const { tasks } = JSON.parse(read("deno.jsonc").replace(/^\s*\/\/.*$/gm, ""));
  const { start, serve: task }: Record<string, string> = tasks;

  test("an operator's task start builds the page in another process than the server", () => {
    expect(start).toMatch(/ && deno task page && deno task serve$/);
  });

  test("an operator's task may read the settings, and nothing else of the environment", () => {
    const names = /--allow-env=(\S+)/.exec(task ?? "")?.[1]?.split(",");
    expect(names).toEqual(ALLOWED_ENVIRONMENT);
  });

  test("an operator's task has only the rights that it needs", () => {
    const rights = task?.match(/ -A\b| --allow-[a-z]+\S*/g);
    expect(rights?.map((right) => right.replace(/=[A-Z_,]+$/, ""))).toEqual([
      " --allow-net",
      " --allow-read=data,dist/page",
      " --allow-write=data",
      " --allow-env",
    ]);
  });
});

test("an operator is told that the port is taken, and the process ends", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { code, printed } = await runOut({ args: ["--port", `${port}`] });
  other.close();
  expect(code).toBe(1);
  expect(printed).toMatch(new RegExp(`^Cannot listen on 127.*port ${port}: `));
});

test("an operator is told two ways out if the folder may not be read", async () => {
  const data = dataFolder();
  mkdirSync(data);
  const refused = await runOut({ args: ["--data", data] });
  expect(refused.code).toBe(1);
  expect(refused.printed).toMatch(/has no access to the data folder/);
  expect(refused.printed).toContain(`ln -s ${data} data`);
  const command = /deno run (.*)/.exec(refused.printed)?.[1] ?? "";
  const server = await serve({ data, command: `${command} --port 0` });
  const { welcome } = await join(uniqueName("lobby"), person("alice"));
  expect(welcome.count).toBe(1);
  await server.stop("SIGTERM");
});

test("an operator may make ./data a link to another folder", async () => {
  const [data, elsewhere] = [dataFolder(), dataFolder()];
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, data);
  await serve({ data });
  await join(uniqueName("lobby"), person("alice"));
  expect(readdirSync(elsewhere)).toContain("edge-chat.sqlite");
});

test("nobody but the operator may read the stored data, whoever owns the folder", async () => {
  const data = dataFolder();
  mkdirSync(data, { mode: 0o755 });
  await serve({ data });
  await join(uniqueName("lobby"), person("alice"));
  const files = readdirSync(data);
  expect(files).toContain("edge-chat.sqlite-wal");
  for (const file of files)
    expect((statSync(`${data}/${file}`).mode & 0o077).toString(8)).toBe("0");
});

describe("the unit for systemd", () => {
  const unit = read("src/deno/edge-chat.service");

  test("an operator's unit for systemd runs the task, on a folder of its own", () => {
    expect(unit).toMatch(/^ExecStart=\/usr\/local\/bin\/deno task serve /m);
    expect(unit).toMatch(
      /^BindPaths=\/var\/lib\/edge-chat:\/opt\/edge-chat\/data$/m,
    );
  });

  test("an operator's unit is valid for systemd", ({ skip }) => {
    const program = "/usr/bin/systemd-analyze";
    skip(!existsSync(program), "There is no systemd here.");
    const { status, stderr } = spawnSync(
      program,
      ["verify", "--man=no", "src/deno/edge-chat.service"],
      { cwd: root, encoding: "utf8" },
    );
    // The tool also looks for the program, which may not be installed.
    const words = stderr.replace(/^.*deno is not executable.*$/gm, "").trim();
    expect({ status, words }).toEqual({
      status: expect.any(Number),
      words: "",
    });
  });
});

test("an operator's unit listens on this machine alone, and serves the page", async () => {
  const { url } = await serve({ data: dataFolder() });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const page = await ask("/");
  expect(page.headers.get("content-security-policy")).toMatch(/script-src/);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  const style = await ask("/style.css");
  expect(style.headers.get("content-type")).toMatch(/^text\/css/);
  expect(style.headers.get("x-content-type-options")).toBe("nosniff");
  for (const path of ["/_headers", "/../app.ts", "/%2e%2e/app.ts"])
    expect((await ask(path)).status).toBe(404);
});
