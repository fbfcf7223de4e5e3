// Incoming alerts: reads the webhooks of Alertmanager and Grafana, which send a group of alerts in one shape.
import * as v from "valibot";
import { boundedLines, words } from "./incoming-text.ts";

const text = v.fallback(v.optional(v.string()), undefined);
const labels = v.fallback(v.optional(v.record(v.string(), v.string())), {});

export const AlertGroup = v.object({
  status: v.string(),
  alerts: v.array(
    v.object({
      ...{ status: text, labels, annotations: labels },
      ...{ generatorURL: text, dashboardURL: text },
    }),
  ),
  ...{ groupLabels: labels, commonLabels: labels },
  ...{ title: text, externalURL: text },
  /** Grafana alone has it. */
  orgId: v.optional(v.unknown()),
});
export type AlertGroup = v.InferOutput<typeof AlertGroup>;

/** The name of the service that sent the alerts. */
export function alertSender({ orgId }: AlertGroup): string {
  return orgId === undefined ? "Alertmanager" : "Grafana";
}

/** @returns a line for the group, and one for each alert */
export function formatAlerts(group: AlertGroup): string {
  const { status, alerts, title, commonLabels, groupLabels } = group;
  const count = alerts.filter((alert) => alert.status === status).length;
  const name = commonLabels?.alertname ?? groupLabels?.alertname;
  const number = status === "firing" ? `:${count}` : "";
  const head = title ?? words(`[${status.toUpperCase()}${number}]`, name);
  const lines = alerts.map(({ status: state, labels, annotations, ...urls }) =>
    words(
      `${state ?? status}:`,
      labels?.alertname,
      annotations?.summary ?? annotations?.description,
      urls.dashboardURL || urls.generatorURL,
    ),
  );
  return [head, ...boundedLines(lines)].join("\n");
}
