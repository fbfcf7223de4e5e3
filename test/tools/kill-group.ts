// Guard of a process group: kills the group when the process that holds this one's input is gone, however it went.
import process from "node:process";

const group = Number(process.argv[2]);

process.stdin.resume().once("end", () => {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It is gone already.
  }
});
