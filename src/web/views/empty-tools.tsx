// Empty tools: tell a user how an empty conversation begins, and copy the link of the room for others.
import { useState } from "preact/hooks";
import { inviteUrl } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import { copyText } from "../message-tools.ts";
import { PeerState } from "../peer-state.ts";
import { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";

export function EmptyTools({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const tt = toolTexts.value;
  const { isSilenced } = conversation.rights.value;
  const isPeer = conversation instanceof PeerState;
  const hint = isPeer ? tt.emptyPrivateHint : tt.emptyRoomHint;
  return (
    <>
      {!isSilenced && <p>{hint}</p>}
      {conversation instanceof RoomState && <Invite room={conversation} />}
    </>
  );
}

/** Into a room for members a link alone leads nobody. */
function Invite({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const [isDone, setDone] = useState(false);
  const { access, permissions } = room.snapshot.value;
  if (access !== "members")
    return (
      <button
        type="button"
        onClick={async () => setDone(await copyText(inviteUrl(room.id)))}
      >
        {isDone ? tt.copied : tt.copyInvite}
      </button>
    );
  if (!permissions.can("invite")) return null;
  return (
    <button
      type="button"
      onClick={() => {
        dialog.value = { kind: "room", room: room.id };
      }}
    >
      {tt.invitations}
    </button>
  );
}
