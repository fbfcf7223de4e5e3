// No objects: the part of a backend that tests of routes need which never call an object.
import type { Backend } from "../../../src/app.ts";

export const NO_OBJECTS: Pick<Backend, "platform" | "askObject"> = {
  platform: { hash: (text) => text, random: () => "random" },
  askObject: (_, ops) =>
    // A call without a question: the health check.
    ops.length === 0
      ? Promise.resolve([])
      : Promise.reject(new Error("No object is expected.")),
};
