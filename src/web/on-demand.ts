// On-demand state: holds the dialogs and the tools of messages, which load after the first view.
import { effect, signal } from "@preact/signals";
import type * as parts from "./views/on-demand.tsx";

export type OnDemandParts = typeof parts;

/** null until they are loaded. */
export const onDemandParts = signal<OnDemandParts | null>(null);

/** True after an attempt that failed. */
export const hasLoadFailed = signal(false);

/** Counts the requests to load them now; `Dialogs` loads them then. */
export const loadRequests = signal(0);

/** @returns null if they cannot be loaded */
export function whenLoaded(): Promise<OnDemandParts | null> {
  hasLoadFailed.value = false;
  loadRequests.value++;
  return new Promise((resolve) => {
    const stop = effect(() => {
      const parts = onDemandParts.value;
      if (parts === null && !hasLoadFailed.value) return;
      resolve(parts);
      queueMicrotask(() => stop());
    });
  });
}
