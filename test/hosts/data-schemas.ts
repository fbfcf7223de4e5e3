// Data schemas: the schemas of the app that mounts the chat.
import * as v from "valibot";

export const schemas = {
  message: v.object({ sticker: v.pipe(v.string(), v.maxLength(5)) }),
};
