import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import { readFrame, readRecord } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const root = new URL("../../", import.meta.url).pathname;

function command(cwd: string, args: string[]): Deno.Command {
  const main = `${root}/experiments/main.ts`;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", `${root}/deno.json`, main, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test({
  name: "quickstart on the command line stops at Ctrl-C in the middle of its updates and goes on",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (folder) => {
      const config = tinyQuickstart(await saveTinyBase(folder), { updates: 500 });
      await Deno.writeTextFile(`${folder}/tiny.yaml`, stringify(config));
      const args = ["quickstart", "--config", "tiny.yaml", "--out", "r", "--device", "cpu"];
      const process = command(folder, args).spawn();
      const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let out = "";
      while (!out.includes("update 2: accuracy")) {
        const { value, done } = await reader.read();
        assert(!done, out);
        out += value;
      }
      process.kill("SIGINT");
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        out += read.value;
      }
      const err = await new Response(process.stderr).text();
      assertEquals((await process.status).code, 130, err);
      assertStringIncludes(out, "Stopping after this step and saving");
      assertStringIncludes(err, "Go on with it: deno task experiment --resume r");
      assertEquals((await readRecord(`${folder}/r`)).status, "interrupted");
      const names = [...Deno.readDirSync(`${folder}/r/checkpoints`)].map(({ name }) => name).sort();
      const done = Number(names.at(-1)!.slice("update-".length));
      assert(done >= 2 && done < 500, `${names}`);

      const updates = done + 1;
      const resumed = await command(folder, [
        "--resume",
        "r",
        "--set",
        `algorithm.updates=${updates}`,
        "--device",
        "cpu",
      ]).output();
      const text = new TextDecoder().decode(resumed.stdout);
      assertEquals(resumed.code, 0, new TextDecoder().decode(resumed.stderr));
      assertStringIncludes(text, `update ${updates}: accuracy`);
      assert(!text.includes(`update ${done}: accuracy`), "nothing is done twice");
      assertEquals((await readRecord(`${folder}/r`)).status, "finished");
      assertEquals((await readFrame(`${folder}/r/answers.parquet`)).height, updates * 4 * 2 * 2);
    }),
});
