// AsyncAPI document: describes the frames between clients and rooms, and the webhooks, made of the schemas that the code and the tests use.
import { type ConversionConfig, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { CLIENT_SCHEMAS } from "../../../src/protocol/client-frames.ts";
import { SERVER_SCHEMAS } from "../../conformance/support/frames.ts";
import {
  BatchSchema,
  CommandSchema,
  HeadersSchema,
} from "../../webhooks/support/webhook-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a JSON Schema cannot say, such as a check by code, is left out. */
const CONVERSION: ConversionConfig = {
  errorMode: "ignore",
  typeMode: "input",
  target: "draft-07",
};

function schemaOf(schema: v.GenericSchema): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, CONVERSION);
  return rest as Json;
}

function message(name: string, summary: string, payload: Json): Json {
  return { name, summary, contentType: "application/json", payload };
}

/** A message for each frame, by the type of the frame. */
function frames(
  prefix: string,
  summary: string,
  schemas: Readonly<Record<string, v.GenericSchema>>,
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [
      `${prefix}.${type}`,
      message(type, `${summary}: ${type}`, schemaOf(schema)),
    ]),
  );
}

const ref = (path: string): Json => ({ $ref: `#/${path}` });

/** References to messages of a channel. */
function messagesOf(channel: string, names: readonly string[]): Json[] {
  return names.map((name) => ref(`channels/${channel}/messages/${name}`));
}

/**
 * Moves the schemas of messages to one place, where generators find their names.
 * A schema that stands in others, such as a message in a page, is named there.
 */
function shareSchemas(messages: Readonly<Record<string, Json>>) {
  const names = new Map(
    Object.entries(messages).map(([name, { payload }]) => [
      JSON.stringify(payload),
      name,
    ]),
  );
  const share = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const name = names.get(JSON.stringify(value));
    return name === undefined ? shareWithin(value) : ref(schemaPath(name));
  };
  const shareWithin = (value: object): unknown =>
    Array.isArray(value)
      ? value.map(share)
      : Object.fromEntries(
          Object.entries(value).map(([key, one]) => [key, share(one)]),
        );
  const entries = Object.entries(messages);
  return {
    messages: Object.fromEntries(
      entries.map(([name, message]) => [
        name,
        { ...message, payload: ref(schemaPath(name)) },
      ]),
    ),
    schemas: Object.fromEntries(
      entries.map(([name, { payload }]) => [
        name,
        shareWithin(payload as object),
      ]),
    ),
  };
}

const schemaPath = (name: string) => `components/schemas/${name}`;

/** @returns the whole document */
export function asyncApiDocument(): Json {
  const fromClients = frames("client", "A frame from a client", CLIENT_SCHEMAS);
  const fromServer = frames("server", "A frame from a room", SERVER_SCHEMAS);
  const headers = schemaOf(HeadersSchema);
  const webhooks: Readonly<Record<string, Json>> = {
    "webhook.batch": {
      ...message("batch", "Events of a room", schemaOf(BatchSchema)),
      headers,
    },
    "webhook.command": {
      ...message("command", "A command of a user", schemaOf(CommandSchema)),
      headers,
    },
  };
  const messages = { ...fromClients, ...fromServer, ...webhooks };
  const inChannel = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [name, ref(`components/messages/${name}`)]),
    );
  const [client, server, webhook] = [
    Object.keys(fromClients),
    Object.keys(fromServer),
    Object.keys(webhooks),
  ];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "edge-chat",
      version: "1",
      description:
        "The frames of protocol version 1, and the webhooks. Clients and servers ignore fields and types that they do not know.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      chat: {
        ...{ host: "chat.example", protocol: "wss" },
        description: "The chat server.",
      },
      app: {
        ...{ host: "app.example", protocol: "https" },
        description: "A server of yours, of the setting WEBHOOK_URL.",
      },
    },
    channels: {
      room: {
        address: "/rooms/{room}",
        description: "One WebSocket to one room.",
        servers: [ref("servers/chat")],
        parameters: { room: { description: "The name of the room." } },
        messages: inChannel([...client, ...server]),
        bindings: { ws: { method: "GET" } },
      },
      webhook: {
        address: "/",
        description:
          "The path is that of your URL. Each request is signed by Standard Webhooks 1.0.",
        servers: [ref("servers/app")],
        messages: inChannel(webhook),
      },
    },
    operations: {
      receiveFrame: {
        ...{ action: "receive", channel: ref("channels/room") },
        summary: "The server takes a frame from a client.",
        messages: messagesOf("room", client),
      },
      sendFrame: {
        ...{ action: "send", channel: ref("channels/room") },
        summary: "The server sends a frame to a client.",
        messages: messagesOf("room", server),
      },
      sendWebhook: {
        ...{ action: "send", channel: ref("channels/webhook") },
        summary: "The server sends events or a command to your server.",
        messages: messagesOf("webhook", webhook),
        bindings: { http: { method: "POST" } },
      },
    },
    components: shareSchemas(messages),
  };
}
