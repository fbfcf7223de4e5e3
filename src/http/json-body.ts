// JSON body: reads the body of a request as JSON of one schema, or makes the response that refuses it.
import * as v from "valibot";
import { readBoundedText } from "./bounded-text.ts";
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
  const text = await readBoundedText(request, bytesMax);
  if (text === null)
    return refused(
      problem(413, `A body has at most ${bytesMax} bytes.`, {
        code: "too_large",
      }),
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return wrong("The body is not valid JSON.");
  }
  const read = v.safeParse(schema, json, { abortEarly: true });
  if (read.success) return { ok: true, value: read.output };
  const [issue] = read.issues;
  const expected =
    issue.kind === "schema" ? `expected ${issue.expected}` : issue.message;
  const path = v.getDotPath(issue);
  return wrong(path === null ? `Body: ${expected}.` : `${path}: ${expected}.`);
}

function wrong(detail: string): JsonBody<never> {
  return refused(problem(400, detail, { code: "bad_request" }));
}

function refused(response: Response): JsonBody<never> {
  return { ok: false, response };
}
