// Where the secrets behind one's names are kept on this machine.
import { homedir } from "node:os";
import { posix, win32 } from "node:path";

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * The user's configuration folder for this program: of XDG
 * (https://specifications.freedesktop.org/basedir-spec), of Windows there.
 */
export function configFolder(
  env: EnvironmentVariables,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  if (platform === "win32") {
    const { APPDATA } = env;
    return APPDATA
      ? win32.join(APPDATA, "edge-chat")
      : win32.join(home, "AppData", "Roaming", "edge-chat");
  }
  const { XDG_CONFIG_HOME } = env;
  // A relative one is to be ignored, says the specification.
  return XDG_CONFIG_HOME && posix.isAbsolute(XDG_CONFIG_HOME)
    ? posix.join(XDG_CONFIG_HOME, "edge-chat")
    : posix.join(home, ".config", "edge-chat");
}
