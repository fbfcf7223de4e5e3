// Something that is asked of the server by a button: under way, done, or refused with a reason.
import { useState } from "preact/hooks";
import { texts } from "../language.ts";
import { explainDeed } from "../wording.ts";

export interface Deed {
  readonly isBusy: boolean;
  /** Why it was refused; "" if it was not. */
  readonly refusal: string;
  do(act: () => Promise<unknown> | undefined): Promise<void>;
}

export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  return {
    isBusy,
    refusal,
    do: async (act) => {
      if (isBusy) return;
      setBusy(true);
      setRefusal("");
      try {
        await act();
      } catch (error) {
        setRefusal(explainDeed(error, texts.value));
      }
      setBusy(false);
    },
  };
}
