// Schemas: createChat takes the app's schemas for custom data, which must be synchronous.
import { SettingsError } from "../protocol/settings.ts";
import {
  type DataSchema,
  type DataSchemas,
  findAsyncSchema,
} from "../protocol/standard-schema.ts";
import type { ChatTypes } from "./hooks.ts";

/** The option `schemas` of createChat. */
export interface SchemaOptions<T extends ChatTypes = ChatTypes> {
  /**
   * Synchronous schemas of any library that follows standardschema.dev, for the
   * data of messages and of users. What a schema returns is stored.
   */
  readonly schemas?: { readonly [Kind in keyof T]?: DataSchema<T[Kind]> };
}

/** @throws SettingsError if a schema is asynchronous: a room does not wait */
export function readSchemas<T extends ChatTypes>(
  options: SchemaOptions<T>,
): DataSchemas {
  const schemas: DataSchemas = options.schemas ?? {};
  const kind = findAsyncSchema(schemas);
  if (kind !== null)
    throw new SettingsError(
      `Wrong settings. schemas.${kind}: a synchronous schema, since a room does not wait for one. Use onMessage or onJoin for a check that takes time.`,
    );
  return schemas;
}
