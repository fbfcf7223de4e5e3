// Move body: the epochs of claims in a stored private message move when its name comes to another server.
import * as v from "valibot";
import { BodySchema } from "./stored-mail.ts";

/**
 * Moves the epochs of claims in the body of a stored message.
 *
 * @throws Error if it is no body
 */
export function moveBody(letter: string, byMs: number): string {
  const body = v.parse(BodySchema, JSON.parse(letter));
  const { epoch, source } = body;
  return JSON.stringify({
    ...body,
    ...(epoch !== undefined && { epoch: epoch + byMs }),
    ...(source !== undefined && {
      source: { ...source, epoch: source.epoch + byMs },
    }),
  });
}
