// Publish change: answers the requests that edit or delete a message, or add or remove a reaction to it.
import type { Op } from "../core/shared/rpc.ts";
import type {
  DeleteFrame,
  EditFrame,
  ReactFrame,
} from "../protocol/client-frames.ts";
import { decodeFrame } from "../protocol/codec.ts";
import { readJsonBody } from "./json-body.ts";
import { readIdempotencyKey, readSender, withId } from "./publish-body.ts";
import {
  BODY_BYTES_MAX,
  DeleteBodySchema,
  EditBodySchema,
  ReactBodySchema,
} from "./publish-schemas.ts";
import {
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
  respond,
} from "./publish-server.ts";

/** A message, or a reaction to it, as the URL names it. */
export interface ChangeTarget {
  readonly room: string;
  readonly seq: string;
  /** Of the reaction; undefined: the request is for the message. */
  readonly emoji: string | undefined;
}

const BODIES = {
  edit: EditBodySchema,
  delete: DeleteBodySchema,
  react: ReactBodySchema,
};

export async function changeMessage(
  server: PublishServer,
  right: PublishRight,
  request: Request,
  { room, seq, emoji }: ChangeTarget,
): Promise<Response> {
  const { headers } = right.rate;
  const isDelete = request.method === "DELETE";
  const type = emoji !== undefined ? "react" : isDelete ? "delete" : "edit";
  if (!/^[1-9]\d{0,15}$/.test(seq))
    return refuse(
      { code: "bad_request", message: "seq: a number from 1." },
      headers,
    );
  const body = await readJsonBody(
    // A user of the app needs no body, except for the text of an edit.
    type === "edit" ? request : withBody(request),
    BODIES[type],
    BODY_BYTES_MAX,
  );
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const { as, username, ...fields } = withId(body.value, key.value);
  const by = readSender(server, right.author, { as, username });
  if (!by.ok) return refuse(by.refusal, headers);
  const named = { type, of: Number(seq), emoji, on: !isDelete };
  const line = JSON.stringify({ ...fields, ...named });
  const decoded = decodeFrame(line, server.settings);
  if (!decoded.ok) {
    const { code, message } = decoded.error;
    return refuse({ code, message }, headers);
  }
  const frame = decoded.frame as EditFrame | DeleteFrame | ReactFrame;
  const to = { kind: "room", name: room } as const;
  const op: Op =
    frame.type === "react"
      ? { type: "react-as", by: by.value, frame }
      : { type: "change-as", by: by.value, frame };
  const [reply] = await server.askObject(to, [op]);
  return respond(outcomeOf(reply, frame.id), headers);
}

function withBody(request: Request): Request {
  if (request.body !== null) return request;
  return new Request(request.url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
}
