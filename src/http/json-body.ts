// JSON body: reads the body of a request as JSON of one schema, or makes the response that refuses it.
import * as v from "valibot";
import { readBoundedText } from "../hosting/bounded-text.ts";
import { problem } from "./problem.ts";

type JsonBody<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly response: Response };

/** @param bytesMax of the body */
export async function readJsonBody<
  Schema extends v.GenericSchema<unknown, unknown>,
>(
  request: Request,
  schema: Schema,
  bytesMax: number,
): Promise<JsonBody<v.InferOutput<Schema>>> {
  const type = request.headers.get("Content-Type") ?? "";
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type))
    return refused(problem(415, "The body must be application/json."));
  const body = await readBoundedText(request, bytesMax);
  if (!body.ok && body.problem === "not UTF-8")
    return wrong("The body is not UTF-8.");
  if (!body.ok)
    return refused(
      problem(413, `A body has at most ${bytesMax} bytes.`, {
        code: "too_large",
      }),
    );
  let json: unknown;
  try {
    json = JSON.parse(body.text);
  } catch {
    return wrong("The body is not valid JSON.");
  }
  // The schemas would take an array as an object without fields.
  if (Array.isArray(json)) return wrong("Body: expected Object.");
  const read = readValue(schema, json);
  return read.ok ? read : wrong(read.detail.replace(/^:/, "Body:"));
}

/** @returns `detail`: the path of the first fault, a colon, and words about it */
export function readValue<Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  value: unknown,
):
  | { readonly ok: true; readonly value: v.InferOutput<Schema> }
  | { readonly ok: false; readonly detail: string } {
  const read = v.safeParse(schema, value, { abortEarly: true });
  if (read.success) return { ok: true, value: read.output };
  const [issue] = read.issues;
  const expected =
    issue.kind === "schema" ? `expected ${issue.expected}` : issue.message;
  const words = issue.input === undefined ? "is missing" : expected;
  return { ok: false, detail: `${v.getDotPath(issue) ?? ""}: ${words}.` };
}

function wrong(detail: string): JsonBody<never> {
  return refused(problem(400, detail, { code: "bad_request" }));
}

function refused(response: Response): JsonBody<never> {
  return { ok: false, response };
}
