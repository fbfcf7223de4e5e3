// Bindings: checks that wrangler.toml gives a Worker the bindings that a chat needs, and says what to add.
import { SetupError } from "../http/setup-error.ts";
import type { Env } from "./env.ts";

/** The binding of each class that the Worker has to export. */
const CLASSES = {
  ROOM: "RoomObject",
  DIRECTORY: "DirectoryObject",
  SERVICE: "ServiceObject",
} as const satisfies { readonly [Binding in keyof Env]?: string };

/** Bindings that a chat can do without, and the part that is off then. */
const OPTIONAL = {
  ASSETS: "the page is off",
  CONNECTS:
    "CONNECTS_PER_MINUTE counts in each isolate alone, and not for the whole location",
} as const satisfies { readonly [Binding in keyof Env]?: string };

/**
 * Checks the bindings of a Worker.
 *
 * @returns a line for the log about each part that is off
 * @throws SetupError with the lines of wrangler.toml to add
 */
export function checkBindings(
  env: Readonly<Record<string, unknown>>,
): string[] {
  for (const [binding, className] of Object.entries(CLASSES))
    if (!isNamespace(env[binding]))
      throw new SetupError(
        `The binding ${binding} is missing: add it to wrangler.toml as [[durable_objects.bindings]] with name = "${binding}" and class_name = "${className}", add [exports.${className}] with type = "durable-object" and storage = "sqlite", and export ${className} of createChat from the Worker.`,
      );
  return Object.entries(OPTIONAL).flatMap(([binding, effect]) =>
    env[binding] === undefined
      ? `The binding ${binding} is missing: ${effect}.`
      : [],
  );
}

function isNamespace(binding: unknown): boolean {
  return (
    typeof binding === "object" && binding !== null && "getByName" in binding
  );
}
