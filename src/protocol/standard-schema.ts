// Standard Schema: checks custom data by a schema of any library that follows https://standardschema.dev.

/** The part of a Standard Schema (version 1) that checks a value. */
export interface DataSchema<Data = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => SchemaResult<Data> | Promise<SchemaResult<Data>>;
  };
}

type SchemaResult<Data> =
  | { readonly value: Data; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
}

/** The schemas of an app's data. */
export interface DataSchemas<Message = unknown, User = unknown> {
  readonly message?: DataSchema<Message> | undefined;
  readonly user?: DataSchema<User> | undefined;
}

/**
 * The data as the schema returns it, the reason why it is refused, or a bug of
 * the schema.
 */
export type CheckedData =
  | { readonly data: unknown }
  | { readonly wrong: string }
  | { readonly fault: "asynchronous" | "thrown" };

/** A reason is short, and on one line. */
const REASON_UNITS_MAX = 200;

/** Checks data. Never throws. */
export function checkData(schema: DataSchema, data: unknown): CheckedData {
  try {
    const result = schema["~standard"].validate(data);
    if (result instanceof Promise) {
      // Nobody waits for it.
      result.catch(() => undefined);
      return { fault: "asynchronous" };
    }
    return result.issues === undefined
      ? { data: result.value }
      : { wrong: reasonOf(result.issues) };
  } catch {
    return { fault: "thrown" };
  }
}

function reasonOf([issue]: readonly SchemaIssue[]): string {
  const { path = [], message = "not what the app expects" } = issue ?? {};
  const keys = path.map((one) => (typeof one === "object" ? one.key : one));
  return [...keys.map(String), message]
    .join(": ")
    .replace(/\s+/g, " ")
    .slice(0, REASON_UNITS_MAX);
}

/** @returns the kind of data whose schema is asynchronous; null: none */
export function findAsyncSchema(schemas: DataSchemas): string | null {
  for (const kind of ["message", "user"] as const) {
    const schema = schemas[kind];
    if (schema === undefined) continue;
    const checked = checkData(schema, null);
    if ("fault" in checked && checked.fault === "asynchronous") return kind;
  }
  return null;
}
