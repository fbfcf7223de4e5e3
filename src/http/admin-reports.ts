// Admin reports: answers /admin/rooms/{room}/reports, by which the operator reads and closes the reports of any room.
import type { Context, Env, Hono } from "hono";
import { readBot } from "../core/shared/server-message.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Settings } from "../protocol/settings.ts";
import { OPERATOR } from "./admin-moderation.ts";
import { codedProblem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { closeReportBy, readReportsPage } from "./room-reports.ts";

/** @param options as of `createApp` */
export function addAdminReports<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): PublishHost;
    access(bindings: E["Bindings"]): { readonly settings: Settings };
  },
): void {
  const answer = async (c: Context<E>) => {
    const room = readRoomName(c.req.param("room") ?? "");
    if (room === null) return codedProblem("bad_room");
    const { platform, askObject } = options.backend(c.env);
    const { settings } = options.access(c.env);
    const asked = {
      ...{ request: c.req.raw, room, headers: {}, isOperators: true },
    };
    const report = c.req.param("report");
    if (report === undefined)
      return readReportsPage({ settings, askObject }, undefined, asked);
    return closeReportBy({ askObject }, () => readOperator(platform), {
      ...asked,
      report,
    });
  };
  app.get("/admin/rooms/:room/reports", answer);
  app.post("/admin/rooms/:room/reports/:report", answer);
}

/** The operator closes reports by the name of the server, whatever `as` says. */
function readOperator(platform: PublishHost["platform"]) {
  const operator = readBot(platform, OPERATOR);
  if (!operator.ok) return operator;
  return { ok: true, value: { kind: "bot", ...operator.value } } as const;
}
