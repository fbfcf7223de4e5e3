// Lock files: Deno installs the same versions and the same bytes as npm.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Installed {
  name?: string;
  version?: string;
  integrity?: string;
}

const read = (path: string) =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const npmLock: { packages: Record<string, Installed> } = JSON.parse(
  read("package-lock.json"),
);
const denoLock: {
  specifiers: Record<string, string>;
  npm: Record<string, Installed>;
} = JSON.parse(read("deno.lock"));

/** `name@version integrity` of each package, as package-lock.json has them. */
const ofNpm = Object.entries(npmLock.packages)
  .filter(([path]) => path.startsWith("node_modules/"))
  .map(([path, { name, version, integrity }]) => ({
    name: name ?? path.slice(path.lastIndexOf("node_modules/") + 13),
    line: `${version} ${integrity}`,
  }));

/** The same of deno.lock, where the peers of a package follow its version. */
const ofDeno = Object.entries(denoLock.npm).map(([id, { integrity }]) => {
  const [, name = "", version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
  return { name, line: `${version} ${integrity}` };
});

test("deno.lock has no version or content that package-lock.json lacks", () => {
  const known = Map.groupBy(ofNpm, ({ name }) => name);
  const compared = ofDeno.filter(({ name }) => known.has(name));
  expect(compared.length).toBeGreaterThan(10);
  const others = compared.filter(
    ({ name, line }) => !known.get(name)?.some((one) => one.line === line),
  );
  expect(others).toEqual([]);
});

test("deno.lock names no package that package-lock.json lacks", () => {
  const known = new Set(ofNpm.map(({ name }) => name));
  expect(ofDeno.filter(({ name }) => !known.has(name))).toEqual([]);
});

test("Deno may not change its lock file by itself", () => {
  expect(read("deno.jsonc")).toMatch(/"lock": \{[^}]*"frozen": true/);
});

test("the lock files name no host that packages come from", () => {
  expect(read("deno.lock")).not.toContain("://");
  expect(read("package-lock.json")).not.toContain('"resolved": "http');
});
