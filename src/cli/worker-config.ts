// Worker config: finds what a project's Wrangler configuration and Worker lack for a chat.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

/** The bindings that a chat needs, and the class of each. */
const OBJECTS = {
  ROOM: "RoomObject",
  DIRECTORY: "DirectoryObject",
  SERVICE: "ServiceObject",
};
const PACKAGE = "edge-chat/cloudflare";

/** Strings stay; comments go first, since a comma may stand before one. */
const COMMENTS = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const LAST_COMMAS = /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g;

/**
 * @param config the name of the Wrangler configuration in the folder
 * @returns lines for the developer: each thing that is missing, with the text to
 * add
 */
export function findMissing(folder: string, config: string): string[] {
  const text = readFileSync(join(folder, config), "utf8");
  const isToml = config.endsWith(".toml");
  let read: unknown;
  try {
    read = isToml ? parse(text) : parseJsonc(text);
  } catch {
    return [`  a ${config} that can be read`];
  }
  return [
    ...missingObjects(read, isToml),
    ...missingAssets(read, isToml),
    ...missingExports(folder, stringAt(read, "main")),
    ...missingPackage(folder),
  ];
}

function parseJsonc(text: string): unknown {
  return JSON.parse(text.replace(COMMENTS, "$1").replace(LAST_COMMAS, "$1"));
}

function missingObjects(config: unknown, isToml: boolean): string[] {
  const bindings = listAt(at(config, "durable_objects"), "bindings");
  const migrated = listAt(config, "migrations").flatMap((migration) =>
    listAt(migration, "new_sqlite_classes"),
  );
  return Object.entries(OBJECTS).flatMap(([binding, className]) => {
    const found = bindings.find((one) => at(one, "name") === binding);
    const used = stringAt(found, "class_name") ?? className;
    const isStored =
      at(at(config, "exports"), used) !== undefined || migrated.includes(used);
    return [
      ...(found === undefined ? [bindingText(binding, className, isToml)] : []),
      ...(isStored ? [] : [classText(used, isToml)]),
    ];
  });
}

function missingAssets(config: unknown, isToml: boolean): string[] {
  if (stringAt(at(config, "assets"), "binding") === "ASSETS") return [];
  const directory = "node_modules/edge-chat/dist/page";
  const text = isToml
    ? `[assets]\ndirectory = "${directory}"\nbinding = "ASSETS"\nrun_worker_first = true`
    : `"assets": {"directory": "${directory}", "binding": "ASSETS", "run_worker_first": true}`;
  return [block("the page of the chat (without it there is no page)", text)];
}

/** The names have to stand in the Worker's own file, however it exports them. */
function missingExports(folder: string, main: string | undefined): string[] {
  if (main === undefined || !existsSync(join(folder, main)))
    return ["  a Worker: `main` names no file that exists"];
  const code = readFileSync(join(folder, main), "utf8");
  const missing = Object.values(OBJECTS).filter((name) => !code.includes(name));
  const text = `import { createChat } from ${JSON.stringify(PACKAGE)};\n\nconst chat = createChat();\n\nexport const { ${Object.values(OBJECTS).join(", ")} } = chat;`;
  return missing.length === 0
    ? []
    : [block(`the export of ${missing.join(", ")} in ${main}`, text)];
}

function missingPackage(folder: string): string[] {
  const path = join(folder, "package.json");
  const manifest: unknown = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : {};
  const isThere = ["dependencies", "devDependencies"].some(
    (kind) => at(at(manifest, kind), "edge-chat") !== undefined,
  );
  return isThere ? [] : [block("the package", "npm install edge-chat")];
}

function bindingText(name: string, className: string, isToml: boolean): string {
  return block(
    `the binding ${name}`,
    isToml
      ? `[[durable_objects.bindings]]\nname = "${name}"\nclass_name = "${className}"`
      : `"durable_objects": {"bindings": [{"name": "${name}", "class_name": "${className}"}]}`,
  );
}

function classText(className: string, isToml: boolean): string {
  return block(
    `the storage of ${className}`,
    isToml
      ? `[exports.${className}]\ntype = "durable-object"\nstorage = "sqlite"`
      : `"exports": {"${className}": {"type": "durable-object", "storage": "sqlite"}}`,
  );
}

function block(what: string, text: string): string {
  return `  ${what}:\n${text.replaceAll(/^/gm, "      ")}\n`;
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function stringAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
}

function listAt(value: unknown, key: string): unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
