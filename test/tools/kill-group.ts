// Kill group: kills a process group when the process that holds this one's input has ended in any way.
import process from "node:process";

const group = Number(process.argv[2]);

process.stdin.resume().once("end", () => {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It is gone already.
  }
});
