// Room reports: answers GET /rooms/{room}/reports and POST /rooms/{room}/reports/{report}, by which moderators read and close reports.
import * as v from "valibot";
import type { Reply } from "../core/shared/rpc.ts";
import type { ReadReports } from "../core/shared/server-requests.ts";
import { CloseReportSchema } from "../protocol/client-frames.ts";
import { decodeFrame } from "../protocol/codec.ts";
import { readJsonBody } from "./json-body.ts";
import { isNoRoom, noRoom } from "./no-room.ts";
import { BotSchema } from "./publish-schemas.ts";
import {
  json,
  type PublishRight,
  type PublishServer,
  refuse,
} from "./publish-server.ts";
import { readModerator } from "./room-moderation.ts";

const BODY_BYTES_MAX = 16 * 1024;
export const CloseReportBodySchema = v.object({
  outcome: CloseReportSchema.entries.outcome,
  as: v.optional(BotSchema),
});

interface ReportsRequest {
  readonly request: Request;
  readonly room: string;
  /** Of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the operator, who is told that a room does not exist. */
  readonly isOperators?: boolean;
}

type Closer = ReturnType<typeof readModerator>;

/** @param right of a key with the scope `moderate`, or of a user of the app */
export function listReports(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
): Promise<Response> {
  const by = author.kind === "app" ? author : undefined;
  return readReportsPage(server, by, { request, room, headers });
}

/** @param by a user of the app; undefined: the app, or the operator */
export async function readReportsPage(
  { settings, askObject }: Pick<PublishServer, "settings" | "askObject">,
  by: ReadReports["by"],
  { request, room, headers, isOperators }: ReportsRequest,
): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const numberOf = (name: string) => {
    const given = searchParams.get(name);
    return given === null
      ? {}
      : { [name]: /^\d{1,15}$/.test(given) ? Number(given) : given };
  };
  const open = searchParams.get("open");
  const line = JSON.stringify({
    ...{ type: "reports", ...numberOf("before"), ...numberOf("limit") },
    ...(open !== null && { open: open === "true" }),
  });
  const decoded = decodeFrame(line, settings);
  if (!decoded.ok || decoded.frame.type !== "reports") {
    const { code, message } = decoded.ok
      ? { code: "bad_request" as const, message: undefined }
      : decoded.error;
    return refuse({ code, message }, headers);
  }
  const { type: _, ...page } = decoded.frame;
  const op: ReadReports = {
    ...{ type: "reports", page },
    ...(by !== undefined && { by }),
  };
  const [reply] = await askObject({ kind: "room", name: room }, [op]);
  if (reply?.type === "reports") return json(reply.page, 200, headers);
  return refused(reply, headers, isOperators);
}

function refused(
  reply: Reply | undefined,
  headers: Readonly<Record<string, string>>,
  isOperators = false,
): Response {
  if (isOperators && isNoRoom(reply)) return noRoom();
  return refuse(
    reply?.type === "refused" ? reply : { code: "internal" },
    headers,
  );
}

/** @param report the number in the URL */
export function closeReport(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
  report: string,
): Promise<Response> {
  return closeReportBy(server, (as) => readModerator(server, author, as), {
    ...{ request, room, headers },
    report,
  });
}

/** @param readCloser finds who closes it, by the `as` of the body */
export async function closeReportBy(
  { askObject }: Pick<PublishServer, "askObject">,
  readCloser: (as: v.InferOutput<typeof BotSchema> | undefined) => Closer,
  request: ReportsRequest & { readonly report: string },
): Promise<Response> {
  const { room, headers, report, isOperators } = request;
  if (!/^[1-9]\d{0,14}$/.test(report))
    return refuse(
      { code: "bad_request", message: "report: a number from 1." },
      headers,
    );
  const body = await readJsonBody(
    request.request,
    CloseReportBodySchema,
    BODY_BYTES_MAX,
  );
  if (!body.ok) return body.response;
  const { as, outcome } = body.value;
  const by = readCloser(as);
  if (!by.ok) return refuse(by.refusal, headers);
  const number = Number(report);
  const [reply] = await askObject({ kind: "room", name: room }, [
    {
      ...{ type: "close-report", by: by.value },
      frame: { type: "close_report", report: number, outcome },
    },
  ]);
  if (reply?.type !== "report-closed")
    return refused(reply, headers, isOperators);
  const { at, duplicate } = reply;
  return json(
    { report: number, at, ...(duplicate && { duplicate }) },
    duplicate ? 200 : 201,
    headers,
  );
}
