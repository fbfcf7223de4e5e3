// Room reports: answers GET /rooms/{room}/reports and POST /rooms/{room}/reports/{report}, by which moderators read and close reports.
import * as v from "valibot";
import type { ReadReports } from "../core/shared/server-requests.ts";
import { CloseReportSchema } from "../protocol/client-frames.ts";
import { decodeFrame } from "../protocol/codec.ts";
import { readJsonBody } from "./json-body.ts";
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

/** @param right of a key with the scope `moderate`, or of a user of the app */
export async function listReports(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
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
  const decoded = decodeFrame(line, server.settings);
  if (!decoded.ok || decoded.frame.type !== "reports") {
    const { code, message } = decoded.ok
      ? { code: "bad_request" as const, message: undefined }
      : decoded.error;
    return refuse({ code, message }, headers);
  }
  const { type: _, ...page } = decoded.frame;
  const op: ReadReports = {
    ...{ type: "reports", page },
    ...(author.kind === "app" && { by: author }),
  };
  const [reply] = await server.askObject({ kind: "room", name: room }, [op]);
  if (reply?.type === "reports") return json(reply.page, 200, headers);
  return refuse(
    reply?.type === "refused" ? reply : { code: "internal" },
    headers,
  );
}

/** @param report the number in the URL */
export async function closeReport(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
  report: string,
): Promise<Response> {
  if (!/^[1-9]\d{0,14}$/.test(report))
    return refuse(
      { code: "bad_request", message: "report: a number from 1." },
      headers,
    );
  const body = await readJsonBody(
    request,
    CloseReportBodySchema,
    BODY_BYTES_MAX,
  );
  if (!body.ok) return body.response;
  const { as, outcome } = body.value;
  const by = readModerator(server, author, as);
  if (!by.ok) return refuse(by.refusal, headers);
  const number = Number(report);
  const [reply] = await server.askObject({ kind: "room", name: room }, [
    {
      ...{ type: "close-report", by: by.value },
      frame: { type: "close_report", report: number, outcome },
    },
  ]);
  if (reply?.type !== "report-closed")
    return refuse(
      reply?.type === "refused" ? reply : { code: "internal" },
      headers,
    );
  const { at, duplicate } = reply;
  return json(
    { report: number, at, ...(duplicate && { duplicate }) },
    duplicate ? 200 : 201,
    headers,
  );
}
