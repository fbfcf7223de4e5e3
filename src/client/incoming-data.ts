// Incoming data: checks the data of messages and users by the app's schemas as it arrives.
import type { DataSchema } from "../protocol/standard-schema.ts";

/**
 * @returns the same with its data as the schema returns it, or without data that
 * the schema refuses
 */
export function withCheckedData<One extends object>(
  schema: DataSchema | undefined,
  one: One,
): One {
  const { data, ...rest } = one as One & { data?: unknown };
  if (schema === undefined || data === undefined) return one;
  try {
    const result = schema["~standard"].validate(data);
    if ("value" in result && !result.issues)
      return { ...one, data: result.value };
  } catch {
    // The data of another user must not stop this one.
  }
  return rest as unknown as One;
}
