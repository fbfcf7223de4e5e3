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

/** The data as the schema returns it, or the reason why it is refused. */
export type CheckedData =
  | { readonly data: unknown }
  | { readonly wrong: string };

/** Checks data. Never throws. @param schema absent: all data is right */
export function checkData(
  schema: DataSchema | undefined,
  data: unknown,
): CheckedData {
  if (schema === undefined) return { data };
  try {
    const result = schema["~standard"].validate(data);
    if ("then" in result) {
      // Its failure is told here already.
      result.then(undefined, () => undefined);
      return { wrong: "the schema must be synchronous" };
    }
    if (result.issues === undefined) return { data: result.value };
    const [{ message = "wrong", path = [] } = {}] = result.issues;
    const keys = path.map((one) => (typeof one === "object" ? one.key : one));
    return { wrong: [...keys.map(String), message].join(": ") };
  } catch {
    return { wrong: "the schema failed" };
  }
}
