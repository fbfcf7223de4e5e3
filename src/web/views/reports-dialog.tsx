// Reports dialog: shows moderators which messages users have reported, and lets them act on each and close it.
import { useEffect, useState } from "preact/hooks";
import type { Report, ReportOutcome } from "../../client/index.ts";
import { closeDialog, dialog } from "../dialog-state.ts";
import { texts, timeFormat } from "../i18n.ts";
import { actionsOn } from "../moderation.ts";
import type { PersonAction } from "../moderation-actions.ts";
import { endText } from "../moderation-words.ts";
import { openReports, refreshOpenReports } from "../report-count.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { PeopleSentence, PersonName } from "./person-name.tsx";
import { useRequest } from "./use-request.ts";

interface ReportsProps {
  readonly session: UserSession;
  readonly room: RoomState;
}

export function ReportsDialog({ session, room }: ReportsProps) {
  const t = texts.value;
  const tt = toolTexts.value;
  const [reports, setReports] = useState<readonly Report[] | null>(null);
  const [hasMore, setMore] = useState(false);
  const request = useRequest();
  const count = openReports(room);
  const load = (before?: number) =>
    request.run(async () => {
      const page = await room.room.reports({
        open: true,
        ...(before !== undefined && { before }),
      });
      const newer = before === undefined ? [] : (reports ?? []);
      setReports([...newer, ...page.reports]);
      setMore(page.more);
      count.value = page.open;
    });
  useEffect(() => {
    load();
  }, [count.value]);
  const oldest = reports?.at(-1)?.report;
  return (
    <div class="form">
      {reports === null && request.error === "" && (
        <p class="hint" role="status">
          {tt.loading}
        </p>
      )}
      {reports?.length === 0 && <p class="hint">{tt.noReports}</p>}
      <ul class="pins">
        {reports?.map((report) => (
          <li key={report.report}>
            <ReportCard {...{ session, room, report }} />
          </li>
        ))}
      </ul>
      <p class="form-error" role="alert">
        {request.error}
      </p>
      {(request.error !== "" || hasMore) && (
        <button
          type="button"
          aria-disabled={request.isBusy}
          onClick={() => load(request.error === "" ? oldest : undefined)}
        >
          {request.error === "" ? tt.olderReports : t.tryAgain}
        </button>
      )}
    </div>
  );
}

/** From a report a moderator deletes by a purge, and not message by message. */
const OFFERED: readonly PersonAction[] = ["mute", "ban", "purge"];

interface CardProps extends ReportsProps {
  readonly report: Report;
}

function ReportCard({ session, room, report }: CardProps) {
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const request = useRequest();
  const { of, target, user, username, reason, at, quoted } = report;
  const { people } = session;
  const name = target.username;
  const isGone = "erased" in quoted;
  const close = (outcome: ReportOutcome) =>
    request.run(async () => {
      await room.room.closeReport(report.report, outcome);
      // Only others are told.
      await refreshOpenReports(room);
    });
  const offered = actionsOn(room, { name, user: target.user });
  return (
    <article class="pinned" data-report={report.report}>
      <p class="author">
        <PersonName name={name} person={people.of(target.user)} /> ·{" "}
        {endText(at, Date.now(), words)}
      </p>
      <p class={isGone ? "hint" : "preview"} dir="auto">
        {isGone ? tt.messageGone : quoted.text}
      </p>
      <p class="hint">
        <PeopleSentence
          people={[{ name: username, person: people.of(user) }]}
          sentence={tt.reportedBy}
        />{" "}
        {reason !== undefined && <bdi>{tt.reasonIs(reason)}</bdi>}
      </p>
      <span class="buttons">
        {!isGone && (
          <button
            type="button"
            onClick={() => {
              closeDialog();
              room.jumpTo(of);
            }}
          >
            {tt.showInRoom}
          </button>
        )}
        {OFFERED.filter((action) => offered.includes(action)).map((action) => (
          <button
            type="button"
            key={action}
            class="danger"
            onClick={() => {
              dialog.value = {
                ...{ kind: "moderate", room: room.id, action, name },
                user: target.user,
                back: { kind: "reports", room: room.id },
              };
            }}
          >
            {tt[action]}
          </button>
        ))}
      </span>
      <span class="buttons">
        <button
          type="button"
          class="primary"
          aria-disabled={request.isBusy}
          onClick={() => close("resolved")}
        >
          {tt.resolveReport}
        </button>
        <button
          type="button"
          aria-disabled={request.isBusy}
          onClick={() => close("dismissed")}
        >
          {tt.dismissReport}
        </button>
      </span>
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </article>
  );
}
