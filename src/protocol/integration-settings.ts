// Integration settings: they are about Socket.IO clients, webhooks and pictures from elsewhere.
import {
  commandFormat,
  pictureOriginFormat,
  roomFormat,
  socketIoEventsFormat,
  webhookEventFormat,
  webhookSecretFormat,
  webhookUrlFormat,
} from "./setting-formats.ts";
import type { Setting } from "./setting-kinds.ts";

export const INTEGRATION_SETTINGS = {
  SOCKETIO: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description: "on: clients of Socket.IO may connect",
  },
  SOCKETIO_EVENTS: {
    kind: "text",
    defaultValue: "join: join room, message: new message, private: new pm",
    format: socketIoEventsFormat,
    description: "names of the events of Socket.IO clients",
  },
  SOCKETIO_PING_SECONDS: {
    kind: "number",
    defaultValue: 25,
    min: 0,
    max: 60,
    description: "seconds between two pings of a Socket.IO client; 0: no pings",
  },
  SOCKETIO_POLLING: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description:
      "on: Socket.IO clients may use HTTP, as they do first by themselves",
  },
  WEBHOOK_URL: {
    kind: "list",
    defaultValue: [],
    format: webhookUrlFormat,
    itemsMax: 4,
    description: "URLs of your servers that get the events of rooms",
  },
  WEBHOOK_SECRET: {
    kind: "secrets",
    defaultValue: [],
    format: webhookSecretFormat,
    itemsMax: 4,
    description: "keys that sign webhooks; all of them sign each request",
  },
  WEBHOOK_EVENTS: {
    kind: "list",
    defaultValue: ["*"],
    format: webhookEventFormat,
    description: "types of events that webhooks get",
  },
  WEBHOOK_ROOMS: {
    kind: "list",
    defaultValue: ["*"],
    format: roomFormat,
    description: "rooms whose events webhooks get",
  },
  WEBHOOK_COMMANDS: {
    kind: "list",
    defaultValue: [],
    format: commandFormat,
    itemsMax: 100,
    description: "commands that go to the first URL of WEBHOOK_URL",
  },
  AVATAR_ORIGINS: {
    kind: "list",
    defaultValue: [],
    format: pictureOriginFormat,
    description:
      "https origins of the pictures that the page shows of users (`avatar` in their data)",
  },
  METRICS_LOG_SECONDS: {
    kind: "number",
    defaultValue: 0,
    min: 0,
    max: 86_400,
    description:
      "seconds between two lines `metrics` in the log, if there is anything to tell; 0: no such line",
  },
} as const satisfies Record<string, Setting>;
