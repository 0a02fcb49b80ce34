import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import { readRecord } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const config = new URL("../../deno.json", import.meta.url).pathname;

/** The task as a user calls it who stands in the folder. */
async function task(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "--config", config, "experiment", ...args],
    cwd,
    clearEnv: true, // a task within a task would pass on where the outer one was called
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("deno task experiment takes paths from where the user stands", () =>
  withTempFolder(async (root) => {
    const folder = await Deno.realPath(root);
    await saveTinyBase(folder);
    const tiny = tinyQuickstart("base", { updates: 1 });
    await Deno.writeTextFile(`${folder}/my.yaml`, stringify(tiny));
    const args = ["--config", "my.yaml", "--device", "cpu", "--quiet"];

    const made = await task(folder, "quickstart", ...args, "--out", "r");
    assertEquals(made.code, 0, made.err);
    assertStringIncludes(made.out, `run: ${folder}/r\n`);
    const record = await readRecord(`${folder}/r`);
    assertEquals([record.status, record.config.base], ["finished", `${folder}/base`]);
    // The default verifier is the project's, wherever one stands.
    const { path } = record.config.verifier as { path: string };
    assertEquals(path, "data/checkpoints/hidden_profile/verifier");

    const [resumed, set] = await Promise.all([
      task(folder, "--resume", "r", "--set", "algorithm.updates=2", "--device", "cpu", "--quiet"),
      task(folder, "quickstart", ...args, "--set", "base=none", "--out", "other"),
    ]);
    assertEquals(resumed.code, 0, resumed.err);
    assert(set.code !== 0);
    assertStringIncludes(set.err, `${folder}/none`);
  }));
