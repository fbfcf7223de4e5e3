// Copy file: the answer to a request of the admin becomes a file, or a file is the body of one.
import { openAsBlob } from "node:fs";
import { AdminClient, AdminError } from "./admin-client.ts";
import type { AdminOptions, AdminRequest } from "./admin-commands.ts";
import type { AdminAnswer } from "./ask-admin.ts";
import { BackupFolder } from "./backup-folder.ts";

const NDJSON = "application/x-ndjson";

/** A GET writes the file, whole or not at all; a POST sends it. */
export async function copyFile({
  url,
  secret,
  request: { method, path },
  file,
}: Pick<AdminOptions, "url" | "secret"> & {
  readonly request: AdminRequest;
  readonly file: string;
}): Promise<AdminAnswer> {
  const client = new AdminClient(url, secret);
  try {
    if (method === "GET") {
      const bytes = await client.stream(path);
      await new BackupFolder("").writeStream(file, bytes);
      return { ok: true, body: {}, wrong: "" };
    }
    const body = await client.post(path, NDJSON, await openAsBlob(file));
    return { ok: true, body, wrong: "" };
  } catch (error) {
    return { ok: false, body: {}, wrong: reasonOf(error, file) };
  }
}

function reasonOf(error: unknown, file: string): string {
  if (error instanceof AdminError) return error.message;
  const isFile = error instanceof Error && "code" in error;
  return isFile
    ? `${file}: ${error.code}`
    : "The answer ended too early. Run the command again.";
}
