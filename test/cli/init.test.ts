// Init tests: a developer gets a new project, or reads what an existing one lacks.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { initProject } from "../../src/cli/init.ts";
import tools from "../../tools/package.json" with { type: "json" };

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-init-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const starter = join(import.meta.dirname, "../../examples/starter");
const read = (name: string) => readFileSync(join(starter, name), "utf8");
const manifest = JSON.stringify({ dependencies: { "edge-chat": "1" } });

test("a developer gets a whole project in an empty folder, and it lacks nothing", () => {
  const folder = join(folderWith(), "my-chat");
  const { ok, lines } = initProject(folder);
  expect(ok).toBe(true);
  expect(lines).toEqual([
    "Wrote a chat:",
    ...["  README.md", "  .gitignore", "  package.json"],
    ...["  src/hooks.test.ts", "  src/hooks.ts", "  src/worker.ts"],
    ...["  tsconfig.json", "  wrangler.toml", "", "Next:"],
    expect.stringMatching(/^ {2}cd .*my-chat$/),
    ...["  npm install", "  npx wrangler dev"],
  ]);
  expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe(
    read("gitignore"),
  );
  expect(initProject(folder)).toEqual({
    ...{ ok: true, lines: ["wrangler.toml has all that a chat needs."] },
  });
});

test("a developer's own files stay as they are", () => {
  const folder = folderWith({ "package.json": manifest, "README.md": "Mine." });
  const { lines } = initProject(folder);
  expect(lines).toContain("  README.md is there already: left as it is");
  expect(lines).toContain("  npm install edge-chat && npm install -D wrangler");
  expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("Mine.");
});

test("a new project has the versions that this release is tested with", () => {
  const { devDependencies } = JSON.parse(read("package.json"));
  for (const [name, version] of Object.entries(devDependencies))
    expect([name, version]).toEqual([
      name,
      Object.entries(tools.dependencies).find(([own]) => own === name)?.[1],
    ]);
});

test("a developer reads all that an existing Worker lacks", () => {
  const folder = folderWith({
    "wrangler.toml": 'name = "mine"\nmain = "worker.ts"\n',
    "worker.ts": "export default {};",
  });
  const { ok, lines } = initProject(folder);
  expect(ok).toBe(false);
  expect(lines.map((line) => line.split("\n")[0])).toEqual([
    "The project lacks:",
    ...["  the binding ROOM:", "  the storage of RoomObject:"],
    ...["  the binding DIRECTORY:", "  the storage of DirectoryObject:"],
    ...["  the binding SERVICE:", "  the storage of ServiceObject:"],
    "  the page of the chat (without it there is no page):",
    "  the export of RoomObject, DirectoryObject, ServiceObject in worker.ts:",
    "  the package:",
  ]);
});

test("the lines that a developer reads complete the project", () => {
  const folder = folderWith({
    "wrangler.toml": 'name = "mine"\nmain = "worker.ts"\n',
    "worker.ts": "",
    "package.json": manifest,
  });
  const { lines } = initProject(folder);
  const text = lines
    .slice(1)
    .map((line) => line.split("\n").slice(1).join("\n"));
  const code = text.pop() ?? "";
  writeFileSync(join(folder, "worker.ts"), code);
  const config = readFileSync(join(folder, "wrangler.toml"), "utf8");
  writeFileSync(join(folder, "wrangler.toml"), config + text.join("\n"));
  expect(initProject(folder)).toMatchObject({ ok: true });
});

test.for([
  ["ROOM", 'name = "ROOM"', "  the binding ROOM:"],
  [
    "the class of SERVICE",
    "[exports.ServiceObject]",
    "  the storage of ServiceObject:",
  ],
  [
    "ASSETS",
    'binding = "ASSETS"',
    "  the page of the chat (without it there is no page):",
  ],
])(
  "a developer who has removed %s reads that alone",
  ([, removed = "", expected]) => {
    const folder = folderWith({
      "wrangler.toml": read("wrangler.toml").replace(removed, (all) =>
        all
          .replace("[exports.ServiceObject]", "[exports.Other]")
          .replace(/^[a-z].*/, ""),
      ),
      "src/worker.ts": read("src/worker.ts"),
      "package.json": manifest,
    });
    const { lines } = initProject(folder);
    expect(lines.slice(1).map((line) => line.split("\n")[0])).toContain(
      expected,
    );
  },
);

test("a configuration in JSON with comments, and classes by migrations, are read", () => {
  const bindings = ["Room", "Directory", "Service"].map((name) => ({
    ...{ name: name.toUpperCase(), class_name: `${name}Object` },
  }));
  const config = {
    ...{ main: "worker.ts", durable_objects: { bindings } },
    migrations: [
      {
        new_sqlite_classes: ["RoomObject", "DirectoryObject", "ServiceObject"],
      },
    ],
    assets: { binding: "ASSETS", directory: "https://x.example/*" },
  };
  const text = JSON.stringify(config, null, 1).replace(
    /\n\}$/,
    ", // the end\n}",
  );
  const folder = folderWith({
    "wrangler.jsonc": `/* mine */ ${text}`,
    "worker.ts":
      "export const { RoomObject, DirectoryObject, ServiceObject } = chat;",
    "package.json": manifest,
  });
  expect(initProject(folder)).toMatchObject({ ok: true });
});

test("a configuration that cannot be read is told", () => {
  const folder = folderWith({ "wrangler.json": "{" });
  expect(initProject(folder)).toEqual({
    ok: false,
    lines: ["The project lacks:", "  a wrangler.json that can be read"],
  });
});
