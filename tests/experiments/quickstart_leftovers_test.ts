import { assertEquals } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import { listRunStates } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

Deno.test("quickstart goes on when an old checkpoint cannot be removed, and says so in a line", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    const path = `${folder}/run`;
    const old = `${path}/checkpoints/update-00000`;
    const remove = Deno.remove;
    Deno.remove = (file, options) =>
      String(file) === old && [...Deno.readDirSync(`${path}/checkpoints`)].length > 2
        ? Promise.reject(new Deno.errors.PermissionDenied("Operation not permitted (os error 1)"))
        : remove(file, options);
    let lines: string[];
    try {
      lines = await runExperiment(experiment, { path, config });
    } finally {
      Deno.remove = remove;
    }
    assertEquals(lines.filter((line) => line.includes("could not be removed")), [
      `${old} could not be removed: Operation not permitted (os error 1)`,
    ]);
    assertEquals((await listRunStates(`${path}/checkpoints`)).at(-1), "update-00002");
  }));
