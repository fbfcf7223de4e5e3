// Admin: `edge-chat admin` asks a server for something that only its operator may do, by its admin secret.
import { setTimeout as sleep } from "node:timers/promises";
import { jsonLines, linesOf } from "./admin-answer.ts";
import type { AdminOptions, AdminRequest } from "./admin-commands.ts";
import { pageAfter } from "./admin-room-commands.ts";
import { askAdmin } from "./ask-admin.ts";
import { copyFile } from "./copy-file.ts";
import { safeText } from "./safe-text.ts";

/** Between two questions whether something has ended. */
const WAIT_MS = 1000;

export interface AdminResult {
  readonly ok: boolean;
  /** To print, or why it failed. */
  readonly lines: string[];
  /** Asks for the next page; absent: this is the last one. */
  readonly next?: AdminRequest;
}

/**
 * Makes the request, and waits for the end of what it has begun if that is asked.
 *
 * @param isFirst no page of the same list came before
 */
export async function runAdmin(
  { url, secret, request, json }: AdminOptions,
  isFirst = true,
): Promise<AdminResult> {
  let { ok, body, wrong } =
    request.file === undefined
      ? await askAdmin({ url, secret, request })
      : await copyFile({ url, secret, request, file: request.file });
  const path = `${request.path}/${body.user}`;
  while (request.waits && ok && body.state === "running") {
    await sleep(WAIT_MS);
    const again = { method: "GET", path } as const;
    ({ ok, body, wrong } = await askAdmin({ url, secret, request: again }));
  }
  if (!ok) return { ok, lines: [safeText(wrong)] };
  if (request.done !== undefined)
    return {
      ok,
      lines: json ? jsonLines(body).map(safeText) : [safeText(request.done)],
    };
  const next = request.isPaged ? pageAfter(request, body) : null;
  const lines = json ? jsonLines(body) : linesOf(body, isFirst);
  return {
    // A script sees by the exit code that something has not answered.
    ...{ ok: body.state !== "incomplete", lines: lines.map(safeText) },
    ...(next !== null && { next }),
  };
}
