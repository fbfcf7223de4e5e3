// Lock files: Deno installs the same versions and the same bytes as npm.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Installed {
  name?: string;
  version?: string;
  integrity?: string;
}

interface DenoLock {
  specifiers: Record<string, string>;
  npm: Record<string, Installed>;
}

const read = (path: string) =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const json = (path: string) => JSON.parse(read(path));

const npmPackages: [string, Installed][] = Object.entries(
  json("package-lock.json").packages,
);

/** `version integrity`, by name, as package-lock.json has them. */
const ofNpm = Map.groupBy(
  npmPackages
    .filter(([path]) => path.startsWith("node_modules/"))
    .map(([path, { name, version, integrity }]) => ({
      name: name ?? path.slice(path.lastIndexOf("node_modules/") + 13),
      content: `${version} ${integrity}`,
    })),
  ({ name }) => name,
);

const server: Record<string, string> = json("package.json").devDependencies;
const tools: Record<string, string> = json("tools/package.json").dependencies;

describe.each([
  { path: "deno.lock", direct: server },
  { path: "tools/deno.lock", direct: { ...server, ...tools } },
])("$path", ({ path, direct }) => {
  const lock: DenoLock = json(path);
  /** The peers of a package follow its version. */
  const packages = Object.entries(lock.npm).map(([id, { integrity }]) => {
    const [, name = "", version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
    return { name, content: `${version} ${integrity}` };
  });

  test("a developer's lock of Deno has no package, version or content that package-lock.json lacks", () => {
    expect(packages.length).toBeGreaterThan(10);
    const others = packages.filter(
      ({ name, content }) =>
        !ofNpm.get(name)?.some((one) => one.content === content),
    );
    expect(others).toEqual([]);
  });

  test("a developer's lock of Deno has what the manifests name, and nothing else by name", () => {
    const named = Object.entries(direct)
      .filter(([, version]) => !version.startsWith("file:"))
      .map(([name, version]) => `npm:${name}@${version}`);
    expect(Object.keys(lock.specifiers).sort()).toEqual(named.sort());
  });

  test("a developer's lock of Deno names no host", () => {
    expect(lock.npm).not.toEqual({});
    expect(read(path)).not.toContain("://");
  });
});

test("a developer's package-lock.json names no host that packages come from", () => {
  expect(read("package-lock.json")).not.toContain('"resolved": "http');
});

test("a developer's lock files cannot be changed by Deno itself", () => {
  expect(read("deno.jsonc")).toMatch(/"lock": \{[^}]*"frozen": true/);
  expect(read("test/tools/install.ts")).toContain('"--frozen"');
});

test("an operator installs every package that src/ imports", () => {
  const files = readdirSync(new URL("../../src", import.meta.url), {
    recursive: true,
    encoding: "utf8",
  }).filter((path) => /\.tsx?$/.test(path));
  const imported = files.flatMap((path) =>
    [...read(`src/${path}`).matchAll(/ from "(@[^/"]+\/[^/"]+|[^@./"][^/"]*)/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !/^(node|cloudflare):/.test(name)),
  );
  expect(imported).toContain("hono");
  expect([...new Set(imported)].filter((name) => !(name in server))).toEqual(
    [],
  );
});

test("a developer finds no program of ours in tools/, whose lock Deno would change", () => {
  // Deno takes the manifest and the lock beside the file that it runs.
  const files = readdirSync(new URL("../../tools", import.meta.url));
  expect(files.filter((name) => /\.[jt]sx?$/.test(name))).toEqual([]);
});
