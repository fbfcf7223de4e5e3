// First release: puts the stored data of the first release where a server of either host reads it.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const fixtures = join(
  import.meta.dirname ?? "",
  "../../fixtures/first-release",
);

/** The users of that data, see test/fixtures/README.md. */
export const PEOPLE = {
  alice: personOf("alice", "Alice"),
  bob: personOf("bob", "bob"),
  // In Cyrillic letters.
  pascal: { name: "раѕсаl", token: "mallory-a-secret-of-the-first-release" },
} as const;

function personOf(who: string, name: string) {
  return { name, token: `${who}-a-secret-of-the-first-release` };
}

export function restoreFirstRelease(state: string): void {
  if (process.env.EDGE_CHAT_HOST === "deno") {
    restore("deno.sql", join(state, "edge-chat.sqlite"));
    return;
  }
  for (const file of readdirSync(join(fixtures, "cloudflare"))) {
    const [, kind = "", id = ""] = /^(\w+)-(\w+)\.sql$/.exec(file) ?? [];
    const folder = join(state, "v3/do", `edge-chat-${kind}`);
    mkdirSync(folder, { recursive: true });
    restore(join("cloudflare", file), join(folder, `${id}.sqlite`));
  }
}

function restore(dump: string, path: string): void {
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(fixtures, dump), "utf8"));
  database.close();
}
