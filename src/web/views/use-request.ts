// Request hook: follows a request to the server that a button starts, until it is done or refused.
import { useState } from "preact/hooks";
import { explainRequestError } from "../request-error.ts";

export interface RequestState {
  readonly isBusy: boolean;
  /** The text of the error; "" without one. */
  readonly error: string;
  run(act: () => Promise<unknown> | undefined): Promise<void>;
}

export function useRequest(): RequestState {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState("");
  return {
    isBusy,
    error,
    run: async (act) => {
      if (isBusy) return;
      setBusy(true);
      setError("");
      try {
        await act();
      } catch (error) {
        setError(explainRequestError(error));
      }
      setBusy(false);
    },
  };
}
