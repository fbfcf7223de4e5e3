// Config folder: finds the folder of this machine in which secrets and unsent messages are stored.
import { homedir } from "node:os";
import { posix, win32 } from "node:path";

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * The configuration folder by XDG
 * (https://specifications.freedesktop.org/basedir-spec); on Windows in APPDATA.
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
  // The specification says that relative paths are ignored.
  return XDG_CONFIG_HOME && posix.isAbsolute(XDG_CONFIG_HOME)
    ? posix.join(XDG_CONFIG_HOME, "edge-chat")
    : posix.join(home, ".config", "edge-chat");
}
