// Log export: answers GET /admin/rooms/{room}/export with the room's log as NDJSON, page by page, or with one user's part of it.
import { exportHeader, userExportHeader } from "../core/room/export-format.ts";
import { userLine } from "../core/room/user-lines.ts";
import type { Page } from "../core/shared/room-requests.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { codedProblem, problem } from "./problem.ts";

export type AskRoom = (op: RoomOp) => Promise<Reply>;

/** Events in a page. The room limits the bytes too. */
const PAGE_EVENTS_MAX = 10_000;

/** The public id of a user. */
const USER = /^[\w-]{1,64}$/;

/** @param user only the events that this user wrote or did; absent: all */
export async function exportLog(
  room: string,
  ask: AskRoom,
  user?: string,
): Promise<Response> {
  if (user !== undefined && !USER.test(user))
    return codedProblem("bad_request", "user: the public id of a user.");
  const info = await ask({ type: "info", isServer: true });
  if (info.type !== "info") return codedProblem("internal");
  const { epoch } = info;
  if (epoch === null) return problem(404, "Nobody has ever joined this room.");
  let page = await pageAfter(0, ask);
  const oldest = firstOf(page);
  // A room may have had events, and none that is not too old.
  const [first, seq] = oldest === undefined ? [1, 0] : [oldest, info.seq];
  let next = first;

  const utf8 = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const range = { room, epoch, first, seq };
      const header =
        user === undefined
          ? exportHeader(range)
          : userExportHeader({ ...range, user });
      controller.enqueue(utf8.encode(`${header}\n`));
    },
    async pull(controller) {
      // A page without a line of the user is not the end.
      for (let text = ""; text === ""; ) {
        if (next > seq) {
          controller.close();
          return;
        }
        if (next > first) page = await pageAfter(next - 1, ask);
        // The next events were trimmed, or an import replaced them. An error
        // makes the client see that the export is not complete.
        if (page.epoch !== epoch || firstOf(page) !== next)
          throw new Error("The log changed while it was read.");
        const lines = page.lines.slice(0, seq - next + 1);
        next += lines.length;
        text = textOf(lines, user);
        if (text !== "") controller.enqueue(utf8.encode(text));
      }
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "application/x-ndjson",
      "Cache-Control": "no-store",
    },
  });
}

function textOf(lines: readonly string[], user: string | undefined): string {
  const own =
    user === undefined
      ? lines
      : lines.flatMap((line) => userLine(user, line) ?? []);
  return own.map((line) => `${line}\n`).join("");
}

async function pageAfter(after: number, ask: AskRoom): Promise<Page> {
  const page = await ask({
    ...{ type: "messages", isServer: true },
    ...{ after, limit: PAGE_EVENTS_MAX },
  });
  if (page.type !== "page") throw new Error("The room gave no page.");
  return page;
}

function firstOf({ lines: [line] }: Page): number | undefined {
  if (line === undefined) return undefined;
  const { seq } = JSON.parse(line);
  return seq;
}
