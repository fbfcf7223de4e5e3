// Publish change: answers PATCH and DELETE of /rooms/{room}/messages/{seq}, by which the author of a message edits or deletes it.
import type { DeleteFrame, EditFrame } from "../protocol/client-frames.ts";
import { decodeFrame } from "../protocol/codec.ts";
import { readJsonBody } from "./json-body.ts";
import { readIdempotencyKey, readSender, withId } from "./publish-body.ts";
import {
  BODY_BYTES_MAX,
  DeleteBodySchema,
  EditBodySchema,
} from "./publish-schemas.ts";
import {
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
  respond,
} from "./publish-server.ts";

/** @param seq of the message, as the URL names it */
export async function changeMessage(
  server: PublishServer,
  right: PublishRight,
  request: Request,
  room: string,
  seq: string,
): Promise<Response> {
  const { headers } = right.rate;
  const type = request.method === "DELETE" ? "delete" : "edit";
  if (!/^[1-9]\d{0,15}$/.test(seq))
    return refuse(
      { code: "bad_request", message: "seq: a number from 1." },
      headers,
    );
  const body = await readJsonBody(
    // A person needs no body to delete.
    type === "delete" ? withBody(request) : request,
    type === "delete" ? DeleteBodySchema : EditBodySchema,
    BODY_BYTES_MAX,
  );
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const { as, username, ...fields } = withId(body.value, key.value);
  const by = readSender(server, right.author, { as, username });
  if (!by.ok) return refuse(by.refusal, headers);
  const line = JSON.stringify({ ...fields, type, of: Number(seq) });
  const decoded = decodeFrame(line, server.settings);
  if (!decoded.ok) {
    const { code, message } = decoded.error;
    return refuse({ code, message }, headers);
  }
  const frame = decoded.frame as EditFrame | DeleteFrame;
  const to = { kind: "room", name: room } as const;
  const op = { type: "change-as", by: by.value, frame } as const;
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
