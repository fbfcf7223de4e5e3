// Keeps the house standing: which folder may import which, and what every file looks like.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname ?? "", "../..");

/** What each part may import: other parts of ours, and packages. */
const arrows: Record<string, { parts: string[]; packages: RegExp }> = {
  protocol: { parts: ["protocol"], packages: /^valibot$/ },
  core: { parts: ["core", "protocol"], packages: /^valibot$/ },
  http: {
    parts: ["http", "hosting", "core", "protocol"],
    packages: /^(hono|jose|valibot)\b/,
  },
  // Beside the rooms: to a room, its clients are ordinary connections.
  socketio: { parts: ["socketio", "protocol"], packages: /^$/ },
  "app.ts": {
    parts: ["http", "socketio", "core", "protocol"],
    packages: /^(hono|valibot)\b/,
  },
  // The app's callbacks.
  hooks: {
    parts: ["hooks", "hosting", "core", "protocol"],
    packages: /^valibot$/,
  },
  // The parts that both hosts share.
  hosting: {
    parts: ["hosting", "socketio", "core", "protocol"],
    packages: /^$/,
  },
  // Both hosts name the type of the app that another Hono app mounts.
  cloudflare: {
    parts: [
      "cloudflare",
      "hooks",
      "hosting",
      "app.ts",
      "http",
      "socketio",
      "core",
      "protocol",
    ],
    packages: /^(cloudflare:workers|node:crypto|hono)$/,
  },
  // Deno's own WebSockets hold messages without a bound: ws has bounds.
  deno: {
    parts: [
      "deno",
      "hooks",
      "hosting",
      "app.ts",
      "http",
      "socketio",
      "core",
      "protocol",
    ],
    packages: /^(node:|ws$|hono$)/,
  },
  // A chat in memory, for the tests of apps.
  testing: {
    parts: ["testing", "hooks", "hosting", "core", "protocol"],
    packages: /^node:(crypto|sqlite|timers\/promises)$/,
  },
  // Only its storage in files; test/package holds the rest to no package at all.
  client: { parts: ["client", "protocol"], packages: /^node:/ },
  cli: {
    parts: ["cli", "client", "protocol"],
    packages: /^(node:|string-width$|smol-toml$)/,
  },
  web: { parts: ["web", "client", "protocol"], packages: /./ },
};

const sources = filesBelow(join(root, "src")).filter((path) =>
  /\.[jt]sx?$/.test(path),
);

describe("the arrows between the folders", () => {
  test.for(sources)("a developer finds only allowed imports in %s", (path) => {
    const rule = arrows[partOf(path)];
    expect(rule, "a part that the house does not know").toBeDefined();
    for (const specifier of importsOf(path)) {
      if (!specifier.startsWith(".")) {
        expect(specifier).toMatch(rule?.packages ?? /^$/);
        continue;
      }
      const target = relative(root, join(root, dirname(path), specifier));
      expect(rule?.parts).toContain(partOf(target));
    }
  });

  test("a developer finds no import between core's room and directory, or from shared to them", () => {
    const wings: Record<string, string[]> = {
      room: ["room", "shared"],
      directory: ["directory", "shared"],
      // What needs an object, and is neither a room nor a name.
      service: ["service", "shared"],
      shared: ["shared"],
    };
    const crossing = sources
      .filter((path) => path.startsWith("src/core/"))
      .filter((path) =>
        importsOf(path).some((specifier) => {
          if (!specifier.startsWith(".")) return false;
          const target = join(dirname(path), specifier);
          if (!target.startsWith("src/core/")) return false;
          return !wings[wingOf(path)]?.includes(wingOf(target));
        }),
      );
    expect(crossing).toEqual([]);
  });

  test("a developer finds no platform, clock or timer in core, socketio and protocol", () => {
    const platform =
      /\b(Deno|process|Bun|WebSocketPair|setTimeout|setInterval|Date\.now|new Date\(\)|Math\.random|crypto\.|performance\.|fetch\()/;
    const found = sources
      .filter((path) => /^src\/(core|socketio|protocol)\//.test(path))
      .filter((path) => platform.test(withoutComments(read(path))));
    expect(found).toEqual([]);
  });
});

test("a developer finds the environment read by the entries only", () => {
  const environment =
    /\bDeno\.(env|args)\b|\benv\b[^;]*from "cloudflare:workers"/;
  const found = sources
    .filter((path) =>
      /^src\/(app|cloudflare|deno|hooks|hosting|http)\b/.test(path),
    )
    .filter((path) => environment.test(withoutComments(read(path))));
  expect(found.toSorted()).toEqual([
    "src/cloudflare/worker.ts",
    "src/deno/backup-main.ts",
    "src/deno/main.ts",
    "src/deno/restore-main.ts",
  ]);
});

describe("the files", () => {
  const own = [...sources, ...filesBelow(join(root, "test"))].filter((path) =>
    /\.tsx?$/.test(path),
  );

  test.for(own)(
    "a developer reads in the first line of %s what it is responsible for",
    (path) => {
      expect(read(path).split("\n", 1)[0]).toMatch(/^\/\/ .{20,}/);
    },
  );

  test("a developer finds at most 400 lines in a file", () => {
    const long = own.filter((path) => read(path).split("\n").length > 401);
    expect(long).toEqual([]);
  });

  test("a developer finds file names in kebab-case", () => {
    const odd = own.filter((path) => !/^[a-z0-9./-]+$/.test(path));
    expect(odd).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** src/core/room.ts -> core; src/app.ts -> app.ts */
function partOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** src/core/room/room.ts -> room */
function wingOf(path: string): string {
  return path.split("/")[2] ?? "";
}

function importsOf(path: string): string[] {
  const pattern = /(?:from|import|import\()\s*"([^"]+)"/g;
  return [...withoutComments(read(path)).matchAll(pattern)].map(
    ([, specifier]) => specifier ?? "",
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
