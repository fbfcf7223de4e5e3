// The package as npm delivers it: what is in it, what it weighs, and that tools and type checkers take it.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, test } from "vitest";
import { installed, project, runs, tarball } from "./project.ts";

const KILOBYTE = 1000;
const PUBLISHED_FIELDS = [
  ...["name", "version", "description", "keywords", "license", "type"],
  ...["sideEffects", "exports", "bin", "files", "engines"],
  ...["peerDependencies", "peerDependenciesMeta"],
];

/** Of all files in a folder. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).size)
    .reduce((sum, one) => sum + one, 0);
}

test("a developer gets a package of which publint complains of nothing", async () => {
  const { messages, pkg } = await publint({
    pkgDir: installed(),
    strict: true,
  });
  expect(messages.map((one) => formatMessage(one, pkg))).toEqual([]);
});

test("a developer gets a manifest for people who install the package", () => {
  const manifest = JSON.parse(readFileSync(installed("package.json"), "utf8"));
  const { engines, sideEffects, keywords } = manifest;
  expect(engines).toEqual({ node: ">=22" });
  expect(sideEffects).toBe(false);
  expect(keywords).toContain("chat");
  // npm installs no peer that is optional.
  const { peerDependencies, peerDependenciesMeta } = manifest;
  expect(Object.keys(peerDependencies)).toEqual(["hono"]);
  expect(peerDependenciesMeta).toEqual({ hono: { optional: true } });
  // No scripts, no dependencies of another kind, no `private`.
  const others = Object.keys(manifest).filter(
    (field) => !PUBLISHED_FIELDS.includes(field),
  );
  expect(others).toEqual([]);
});

test("a developer installs nothing but the package, and less than 3 MB", () => {
  const packages = readdirSync(join(project, "node_modules"));
  expect(packages.filter((name) => !name.startsWith("."))).toEqual([
    "edge-chat",
  ]);
  const bytes = sizeOf(join(project, "node_modules"));
  console.log(`node_modules: ${bytes} bytes`);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(3_000_000);
});

test("a developer downloads less than 1 MB for the package", () => {
  const bytes = statSync(tarball).size;
  console.log(`the tarball: ${bytes} bytes`);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(1_000_000);
});

test("a developer who runs npm pack finds package.json unchanged", () => {
  const { scripts, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
  );
  expect(Object.keys(scripts)).toContain("dev");
  expect(Object.keys(devDependencies)).toContain("hono");
});

test("a developer gets what is built, and no sources or tests", async () => {
  const listed = await runs("tar", ["-tf", tarball]);
  const names = listed.split("\n").filter((name) => name !== "");
  const parts = [
    "client",
    "cloudflare",
    "deno",
    "hooks",
    "protocol",
    "testing",
  ];
  for (const part of parts)
    expect(names).toContain(`package/dist/${part}/index.js`);
  const expected =
    /^package\/(package\.json|[A-Z]+\.md|LICENSE|docs\/.*\.(md|svg|png)|docs\/protocol\/(asyncapi|openapi)\.json|docs\/guides\/grafana-dashboard\.json|dist\/(licenses\.txt|cli\/starter\/.*|client\/.*\.map|page\/[\w.-]+\.(html|js|css|svg)|page\/socket\.io\/socket\.io[\w.]*\.js|page\/_headers|core\/.*\.d\.ts|(client|cloudflare|deno|hooks|hosting|protocol|cli|server|testing)\/.*\.(js|d\.ts)))$/;
  expect(names.filter((name) => !expected.test(name))).toEqual([]);
});

test("a developer finds a file of the package behind every link of its documents", () => {
  const pages = readdirSync(installed(), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({
      path,
      text: readFileSync(installed(path), "utf8").replaceAll(
        /^```[\s\S]*?^```$/gm,
        "",
      ),
    }));
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      ([, link = ""]) => `${path}: ${link}`,
    ),
  );
  expect(links.length).toBeGreaterThan(100);
  const broken = links.filter((link) => {
    const [path = "", to = ""] = link.split(": ");
    return !existsSync(installed(dirname(path), to));
  });
  expect(broken).toEqual([]);
});

test("a developer's client is made of the SDK and the protocol alone", () => {
  const map = JSON.parse(
    readFileSync(installed("dist/client/index.js.map"), "utf8"),
  );
  expect(map.sources).toContain("../../src/client/index.ts");
  const others = map.sources.filter(
    (source: string) => !/^\.\.\/\.\.\/src\/(client|protocol)\//.test(source),
  );
  expect(others).toEqual([]);
  // It is a schema in code that valibot stands behind.
  for (const file of ["client-frames", "frame-fields", "moderate-frame"])
    expect(map.sources).not.toContain(`../../src/protocol/${file}.ts`);
});

test("a developer's client imports nothing but its own parts, on demand", async () => {
  const onDemand = /\bimport\("\.\/(\w[\w-]*)\.js"\)/g;
  const parts = new Set(["index"]);
  for (const part of parts) {
    const code = readFileSync(installed(`dist/client/${part}.js`), "utf8");
    for (const [, name = ""] of code.matchAll(onDemand)) parts.add(name);
    expect(code.replaceAll(onDemand, "")).not.toMatch(
      /\bimport\b|\brequire\(|valibot/,
    );
  }
  expect([...parts].sort()).toEqual([
    ...["index", "indexed-db", "mark-rooms-read", "probe", "rotate"],
  ]);
});

test("a developer reads why no connection opens, by a part that is loaded then", async () => {
  const server = createServer((_, response) => {
    response.statusCode = 400;
    response.end(JSON.stringify({ code: "bad_room" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { connect } = await import(installed("dist/client/index.js"));
  const reason = async (): Promise<{ code: string; message: string }> => {
    const room = connect(url, { room: "lobby", username: "alice" });
    await new Promise<void>((done) => {
      room.on("state", () => room.reason && done());
    });
    const { reason } = room;
    await room.client.close();
    return reason;
  };
  expect(await reason()).toMatchObject({ code: "bad_room" });
  await new Promise((done) => server.close(done));
  expect((await reason()).message).toBe(
    `No connection to ws://127.0.0.1:${port}/rooms/lobby: ECONNREFUSED.`,
  );
});

test("an app loads at most 19.7 KB for the client, by gzip", () => {
  const code = readFileSync(installed("dist/client/index.js"));
  const { length } = gzipSync(code, { level: 9 });
  console.log(`the client: ${length} bytes by gzip`);
  expect(length).toBeGreaterThan(KILOBYTE);
  expect(length).toBeLessThan(19.7 * KILOBYTE);
});

test.for([
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
])("a developer's types check by $moduleResolution", async (options) => {
  const tsc = join(import.meta.dirname, "../../node_modules/.bin/tsc");
  const words = Object.entries(options).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);
  const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes"];
  const place = ["--lib", "esnext,dom", "--types", ""];
  // With skipLibCheck off: the package's own declarations are checked too.
  const args = ["--ignoreConfig", ...flags, ...place, ...words, "typed.ts"];
  expect(await runs(tsc, args, { cwd: project })).toBe("");
});
