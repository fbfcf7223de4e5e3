// Options: test the command line, and the folder in which secrets are stored.
import { describe, expect, test } from "vitest";
import { configFolder } from "../../src/cli/config-folder.ts";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { parseOptions, USAGE } from "../../src/cli/options.ts";

const read = (line: string, env = {}) =>
  parseOptions(line.split(" ").filter(Boolean), env);

describe("the command line", () => {
  test("a room and a name are enough", () => {
    expect(read("lobby alice")).toEqual({
      kind: "chat",
      options: {
        room: "lobby",
        username: "alice",
        url: "http://localhost:8787",
        history: null,
        invite: null,
        json: false,
        stay: false,
        timeoutMs: 15_000,
      },
    });
  });

  test("the server is that of --url, or that of EDGE_CHAT_URL", () => {
    const env = { EDGE_CHAT_URL: "https://from.env" };
    const url = (line: string) => {
      const parsed = read(line, env);
      return parsed.kind === "chat" ? parsed.options.url : parsed;
    };
    expect(url("lobby alice")).toBe("https://from.env");
    expect(url("lobby alice --url https://chat.example/x")).toBe(
      "https://chat.example/x",
    );
  });

  test("options stand anywhere in the command line", () => {
    expect(read("--json lobby --history 0 alice --timeout 0")).toMatchObject({
      kind: "chat",
      options: {
        room: "lobby",
        username: "alice",
        json: true,
        history: 0,
        timeoutMs: 0,
      },
    });
  });

  test.for([
    "",
    "lobby",
    "lobby alice bob",
    "lobby alice --colour",
    "lobby alice --history 201",
    "lobby alice --history -1",
    "lobby alice --timeout soon",
    "lobby alice --url chat.example",
    "lobby alice --url ftp://chat.example",
    "lobby alice --url",
  ])("the command line %j is refused with a reason", (line) => {
    expect(read(line)).toEqual({
      kind: "invalid",
      message: expect.stringMatching(/\w/),
    });
  });

  test("--help and --version need no room and no name", () => {
    expect(read("--help")).toEqual({ kind: "help" });
    expect(read("-v")).toEqual({ kind: "version" });
  });

  test("the usage lists every exit code in rows of at most 80 columns", () => {
    for (const { code, meaning } of Object.values(EXIT_CODES))
      expect(USAGE).toMatch(new RegExp(`^  ${code} +${meaning}$`, "m"));
    for (const line of USAGE.split("\n"))
      expect(line.length).toBeLessThanOrEqual(80);
  });
});

test.for([
  ["linux", {}, "/home/a/.config/edge-chat"],
  ["linux", { XDG_CONFIG_HOME: "/x" }, "/x/edge-chat"],
  ["linux", { XDG_CONFIG_HOME: "relative" }, "/home/a/.config/edge-chat"],
  ["linux", { XDG_CONFIG_HOME: "" }, "/home/a/.config/edge-chat"],
  ["darwin", {}, "/home/a/.config/edge-chat"],
  ["win32", { APPDATA: "C:\\A\\Roaming" }, "C:\\A\\Roaming\\edge-chat"],
  ["win32", {}, "\\home\\a\\AppData\\Roaming\\edge-chat"],
] as const)(
  "on %s with %j secrets are stored in %s",
  ([platform, env, folder]) => {
    expect(configFolder(env, platform, "/home/a")).toBe(folder);
  },
);

describe("the first word", () => {
  test("init takes a folder, by default the present one", () => {
    expect(read("init")).toEqual({ kind: "init", folder: "." });
    expect(read("init my-chat")).toEqual({ kind: "init", folder: "my-chat" });
    expect(read("init --help")).toEqual({ kind: "help" });
  });

  test("webhooks listen takes a port, and its secrets from the environment", () => {
    expect(read("webhooks listen")).toMatchObject({
      ...{ kind: "listen", options: { json: false, secrets: [] } },
    });
    const WEBHOOK_SECRET = "whsec_a,whsec_b";
    expect(
      parseOptions(["webhooks", "listen", "--port", "0", "--json"], {
        WEBHOOK_SECRET,
      }),
    ).toEqual({
      kind: "listen",
      options: { port: 0, json: true, secrets: ["whsec_a", "whsec_b"] },
    });
    for (const line of ["webhooks listen --port many", "webhooks listen x"])
      expect(read(line)).toMatchObject({ kind: "invalid" });
    expect(
      parseOptions(["webhooks", "listen"], { WEBHOOK_SECRET: "secret" }),
    ).toMatchObject({ kind: "invalid" });
  });

  test("a user who meant a room called init or webhooks is told how to join it", () => {
    for (const line of ["init alice --json", "webhooks alice"])
      expect(read(line)).toEqual({
        kind: "invalid",
        message: expect.stringMatching(/edge-chat chat (init|webhooks) NAME/),
      });
  });

  test.for(["init", "webhooks", "chat"])(
    "chat %s alice joins the room of that name",
    (room) => {
      expect(read(`chat ${room} alice`)).toMatchObject({
        kind: "chat",
        options: { room, username: "alice" },
      });
    },
  );
});
