/**
 * The quickstart on WebGPU, a software adapter where there is no other, against the same run on the
 * processor; in processes of their own, as tensors live on one device per process.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import { findAdapter } from "../../lib/device/webgpu.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const root = new URL("../../", import.meta.url).pathname;
const adapter = await findAdapter();
if (!adapter) {
  console.warn(
    "SKIPPED: the quickstart on webgpu, as Deno finds no adapter, not even a software one",
  );
}

Deno.test({
  name:
    "quickstart samples the same answers and takes the same steps on webgpu as on the processor",
  ignore: !adapter,
  fn: () =>
    withTempFolder(async (folder) => {
      const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
      await Deno.writeTextFile(`${folder}/tiny.yaml`, stringify(config));
      const run = async (device: string) => {
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            ...["run", "-q", "--no-check", "--no-prompt", "-P=experiment"],
            ...["--config", `${root}/deno.json`, `${root}/experiments/main.ts`, "quickstart"],
            ...["--config", "tiny.yaml", "--out", device, "--device", device],
          ],
          cwd: folder,
          env: { NO_COLOR: "1", MAPORL_SOFTWARE_GPU: "1" },
        }).output();
        const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
        assertEquals(code, 0, err);
        assertStringIncludes(out!, `device: ${device}`);
        const rows = async (name: string) =>
          (await readFrame(`${folder}/${device}/${name}.parquet`)).toRecords();
        return { answers: await rows("answers"), updates: await rows("updates") };
      };
      const [cpu, webgpu] = [await run("cpu"), await run("webgpu")];
      // The second update samples from what the first one has made of the parameters.
      assertEquals(webgpu.answers.length, 2 * 4 * 2 * 2);
      webgpu.answers.forEach((row, i) =>
        assertEquals(row["responseTokens"], cpu.answers[i]!["responseTokens"], `answer ${i}`)
      );
      webgpu.updates.forEach((row, i) => {
        for (const name of ["policyLoss", "valueLoss", "gradNorm", "approxKl"]) {
          const [actual, expected] = [row[name], cpu.updates[i]![name]] as [number, number];
          const bound = 1e-4 * Math.max(0.01, Math.abs(expected));
          assert(
            Math.abs(actual - expected) <= bound,
            `${name} of update ${i}: ${actual}, ${expected}`,
          );
        }
      });
    }),
});
