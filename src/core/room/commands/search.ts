// Search command: the room sends the newest messages that hold all words of a text.
import type { SearchFrame } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import { resultLine } from "../queries.ts";
import type { MemberCommand } from "./command.ts";

export const search: MemberCommand<SearchFrame> = {
  needs: "joined",
  rate: "read",
  run(context, { via, user }, frame, now) {
    const { epoch } = frame;
    if (epoch !== undefined && epoch !== context.log.epoch) {
      context.sendError(via, "gone");
      return;
    }
    const retryAfter = via.isSearching
      ? LIMITS.searchIntervalMs
      : context.searches.take(user, now);
    if (retryAfter > 0) {
      context.sendError(via, "rate_limited", { retryAfter });
      return;
    }
    // A user who leaves and joins again has another state.
    const { state } = via;
    via.isSearching = true;
    context.searches.begin(
      frame,
      {
        reader: user,
        isWaiting() {
          const isWaiting = context.isOpen(via) && via.state === state;
          if (!isWaiting) via.isSearching = false;
          return isWaiting;
        },
        answer(page) {
          via.isSearching = false;
          if (epoch !== undefined && page.epoch !== epoch)
            context.sendError(via, "gone");
          else context.sendLines(via, [resultLine(page)]);
        },
      },
      now,
    );
  },
};
