// Webhook bodies: the bodies that services send to webhooks, in the shapes of their documentation.

/** Block Kit, as Slack's documentation has it. */
export const SLACK_BLOCKS = {
  text: "New request",
  blocks: [
    { type: "header", text: { type: "plain_text", text: "New request" } },
    {
      type: "section",
      fields: [
        { type: "mrkdwn", text: "Type: Paid time off" },
        { type: "mrkdwn", text: "When: Aug 10" },
      ],
    },
    { type: "divider" },
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "see the " },
            { type: "link", text: "calendar", url: "https://cal.example" },
          ],
        },
      ],
    },
  ],
};

/** By the Slack receiver of Alertmanager. */
export const ALERTMANAGER_SLACK = {
  channel: "#alerts",
  username: "Alertmanager",
  attachments: [
    {
      title: "[FIRING:1] HighCpu (db-1 critical)",
      title_link: "https://am.example/#/alerts",
      pretext: "",
      text: "CPU of db-1 is above 90 %",
      fallback: "[FIRING:1] HighCpu | https://am.example/#/alerts",
      callback_id: "",
      footer: "",
      fields: [{ title: "Severity", value: "critical", short: true }],
      color: "danger",
      mrkdwn_in: ["fallback", "pretext", "text"],
    },
  ],
};

/** By the webhook receiver of Alertmanager, version 4 of its format. */
export const ALERTMANAGER = {
  version: "4",
  groupKey: '{}:{alertname="HighCpu"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { alertname: "HighCpu" },
  commonLabels: { alertname: "HighCpu", severity: "critical" },
  commonAnnotations: {},
  externalURL: "https://am.example",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "HighCpu", instance: "db-1" },
      annotations: { summary: "CPU of db-1 is above 90 %" },
      startsAt: "2026-11-28T09:51:03.157076+02:00",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "https://prom.example/graph?g0",
      fingerprint: "c6eadffa33fcdf37",
    },
    {
      status: "resolved",
      labels: { alertname: "HighCpu", instance: "db-2" },
      annotations: { summary: "CPU of db-2 is above 90 %" },
      startsAt: "2026-11-28T09:51:03.157076+02:00",
      endsAt: "2026-11-28T09:56:03.157076+02:00",
      generatorURL: "",
      fingerprint: "bc97ff14869b13e3",
    },
  ],
};

/** By the webhook contact point of Grafana. */
export const GRAFANA = {
  receiver: "chat",
  status: "firing",
  orgId: 1,
  alerts: [
    {
      status: "firing",
      labels: { alertname: "Memory", team: "blue", zone: "us-1" },
      annotations: {
        description: "The system has high memory usage",
        summary: "High memory usage",
      },
      startsAt: "2026-11-28T09:51:03.157076+02:00",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "https://play.grafana.example/alerting/1/edit",
      fingerprint: "c6eadffa33fcdf37",
      silenceURL: "https://play.grafana.example/alerting/silence/new",
      dashboardURL: "",
      panelURL: "",
      values: { B: 44.2, C: 1 },
    },
  ],
  groupLabels: {},
  commonLabels: { team: "blue" },
  commonAnnotations: {},
  externalURL: "https://play.grafana.example/",
  version: "1",
  groupKey: "{}:{}",
  truncatedAlerts: 0,
  title: "[FIRING:1] Memory (blue us-1)",
  state: "alerting",
  message: "**Firing** ...",
};
