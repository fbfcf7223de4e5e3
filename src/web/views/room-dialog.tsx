// Room dialog: shows the topic of a room, the choice of its notifications and its pinned messages.
import { useEffect, useState } from "preact/hooks";
import { topicMax as TOPIC_MAX } from "../../protocol/limits.ts";
import { closeDialog, dialog } from "../dialog-state.ts";
import { displayEvent } from "../display-events.ts";
import type { DisplayMessage } from "../display-message.ts";
import { isWide } from "../environment.ts";
import { texts, timeFormat } from "../i18n.ts";
import { setPin } from "../message-tools.ts";
import { openReports } from "../report-count.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { AccessChoice } from "./access-choice.tsx";
import { FloodTools } from "./flood-tools.tsx";
import { Invitations } from "./invitations.tsx";
import { NotifyChoice } from "./notify-choice.tsx";
import { Preview } from "./preview.tsx";
import { useRequest } from "./use-request.ts";

export function RoomDialog({ room }: { readonly room: RoomState }) {
  const t = toolTexts.value;
  const { pins } = room.snapshot.value;
  const reports = openReports(room).value;
  return (
    <div class="form">
      <h3>{t.topic}</h3>
      <Topic room={room} />
      <NotifyChoice room={room} />
      <button
        type="button"
        onClick={() => {
          dialog.value = { kind: "date", room: room.id };
        }}
      >
        {t.jumpToDate}
      </button>
      {room.rights.value.isModerator && (
        <button
          type="button"
          onClick={() => {
            dialog.value = { kind: "reports", room: room.id };
          }}
        >
          {reports > 0 ? t.openReports(reports) : t.reports}
        </button>
      )}
      <FloodTools room={room} />
      <AccessChoice room={room} />
      <Invitations room={room} />
      <h3>{t.pinnedMessages}</h3>
      {pins.length === 0 && <p class="hint">{t.noPins}</p>}
      <ul class="pins">
        {pins.map((seq) => (
          <li key={seq}>
            <PinnedMessage room={room} seq={seq} />
          </li>
        ))}
      </ul>
      {/* A wide header has a button for it. */}
      {!isWide.value && (
        <button
          type="button"
          class="danger"
          onClick={() => {
            dialog.value = { kind: "leave", room: room.id };
          }}
        >
          {texts.value.leaveRoom}
        </button>
      )}
    </div>
  );
}

function Topic({ room }: { readonly room: RoomState }) {
  const t = toolTexts.value;
  const { topic } = room.snapshot.value;
  const { isModerator } = room.rights.value;
  const [draft, setDraft] = useState<string | null>(null);
  const request = useRequest();
  if (draft === null)
    return (
      <>
        <p class={topic === "" ? "hint" : "topic-text"} dir="auto">
          {topic === "" ? t.noTopic : topic}
        </p>
        {isModerator && (
          <span class="buttons">
            <button type="button" onClick={() => setDraft(topic)}>
              {t.changeTopic}
            </button>
          </span>
        )}
      </>
    );
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        request.run(async () => {
          await room.room.setTopic(draft.trim());
          setDraft(null);
        });
      }}
    >
      <input
        aria-label={t.topicField}
        maxLength={TOPIC_MAX}
        value={draft}
        onInput={({ currentTarget: { value } }) => setDraft(value)}
      />
      <p class="form-error" role="alert">
        {request.error}
      </p>
      <span class="buttons">
        <button type="submit" class="primary" aria-disabled={request.isBusy}>
          {t.saveTopic}
        </button>
        <button type="button" onClick={() => setDraft(null)}>
          {t.cancel}
        </button>
      </span>
    </form>
  );
}

function PinnedMessage(props: {
  readonly room: RoomState;
  readonly seq: number;
}) {
  const { room, seq } = props;
  const t = toolTexts.value;
  const here = room.messages.value.find((one) => one.seq === seq);
  const [loaded, setLoaded] = useState<DisplayMessage | "gone" | null>(null);
  useEffect(() => {
    if (here !== undefined) return;
    room.room.messageAt(seq).then(
      (message) => setLoaded(displayEvent(message)),
      () => setLoaded("gone"),
    );
  }, [here === undefined]);
  const message = here ?? loaded;
  if (message === null) return <p class="hint">{t.loading}</p>;
  if (message === "gone" || message.isDeleted)
    return <p class="hint">{t.messageGone}</p>;
  return (
    <article class="pinned" data-pin={seq}>
      <p class="author">
        <bdi>{message.username}</bdi> · {timeFormat.value.date(message.at)}
      </p>
      <Preview text={message.text} />
      <span class="buttons">
        <button
          type="button"
          onClick={() => {
            closeDialog();
            room.jumpTo(seq);
          }}
        >
          {t.showInRoom}
        </button>
        {room.rights.value.isModerator && (
          <button type="button" onClick={() => setPin(room, message, false)}>
            {t.unpin}
          </button>
        )}
      </span>
    </article>
  );
}
