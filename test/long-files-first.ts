// Long files first: test files that mostly wait begin before all others, so that the last ones of a run keep all cores busy.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Those that wait or compute longest first. Each is in a process of its own
 * anyway, or worth one.
 */
const FIRST = [
  "test/core/model/conversation.test.ts",
  "test/restart/restart.test.ts",
  "test/restart/dev-shutdown.test.ts",
  "test/cloudflare/socketio-sleep.test.ts",
  "test/client/live/stories.test.ts",
  "test/webhooks/delivery.test.ts",
  "test/webhooks/presence.test.ts",
];

/** The order of vitest otherwise: by project, and there the longer ones first. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = FIRST.findIndex((path) => moduleId.endsWith(path));
      return place < 0 ? FIRST.length : place;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
