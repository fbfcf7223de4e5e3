// Setup error: tells the developer of an app which part of its setup a chat lacks.

/** Its message holds names of the configuration alone, so anybody may read it. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
