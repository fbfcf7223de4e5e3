// Metrics route: GET /metrics answers with the host's metrics to requests that have its secret or the admin's.
import type { Env, Hono } from "hono";
import type { Access, RequestSource } from "./access.ts";
import { problem } from "./problem.ts";

/** The part of a host that the route needs. */
interface MetricsHost {
  source(request: Request): RequestSource;
  /** The metrics as text; absent: the host has no such text. */
  metrics?(): string;
}

const CONTENT_TYPE =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** @param options as of `createApp` */
export function addMetricsRoute<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): MetricsHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  app.get("/metrics", async (c) => {
    const [host, access] = [options.backend(c.env), options.access(c.env)];
    if (host.metrics === undefined || !access.hasMetrics)
      return problem(404, "Nothing exists at this path.");
    const request = c.req.raw;
    const refusal = await access.checkMetrics(request, host.source(request));
    if (refusal !== null) return refusal;
    return c.body(host.metrics(), 200, {
      ...{ "Cache-Control": "no-store", "Content-Type": CONTENT_TYPE },
    });
  });
}
