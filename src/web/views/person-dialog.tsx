// What one can do with somebody.
import { go } from "../app-state.ts";
import { closeDialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import type { Talk } from "../talk.ts";

export function PersonDialog(props: {
  readonly talk: Talk;
  readonly name: string;
}) {
  const { talk, name } = props;
  const t = texts.value;
  return (
    <div class="form">
      <button
        type="button"
        class="main"
        onClick={() => {
          closeDialog();
          talk.turnTo(name);
          go({ kind: "peer", peer: name });
        }}
      >
        {t.writePrivately}
      </button>
    </div>
  );
}
