import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import {
  type ArmRun,
  type Arms,
  type Experiment,
  runArms,
  runCommand,
} from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { DEVICE } from "./run_experiment.ts";
import { settings } from "./started_runs.ts";
import { saveTinyBase } from "./tiny_quickstart.ts";

await startTestDevice();

/** Each agent is trained beside one that stays its base model; then the two are put together. */
const armsOver = (base: string): Arms => ({
  name: "apart",
  summary: "trained apart, then put together",
  minutes: "0",
  script: "maporl",
  settings: settings(base, { updates: 2, shareAgents: false }),
  arms: {
    "put together": (runOf) => ({
      seats: [{ initFrom: { run: runOf("first learns") } }, {
        initFrom: { run: runOf("second learns") },
      }],
      algorithm: { updates: 0 },
    }),
    "first learns": { seats: [{}, { frozen: true }] },
    "second learns": { seats: [{ frozen: true }, {}] },
  },
  seeds: [0],
  table: () => ({ title: "none", columns: [], rows: [] }),
});

/** First answers, which depend on nobody else. */
function firstAnswers({ evaluations }: ArmRun, agent: number, model: string) {
  const rows = evaluations.filter((row) =>
    row.agent === agent && row.turn === 0 && row.model === model
  );
  assert(rows.length > 0);
  return rows.map(({ questionId, answer, responseLength, score }) => (
    { questionId, answer, responseLength, score }
  ));
}

Deno.test("arms put agents together that other arms have trained apart, and find them again from elsewhere", () =>
  withTempFolder(async (folder) => {
    const arms = armsOver(await saveTinyBase(folder));
    const registry = {
      maporl: () => Promise.resolve({ experiment: experiment as Experiment }),
      apart: () => Promise.resolve({ arms }),
    };
    const startDevice = () => Promise.resolve({ report: DEVICE, line: "" });
    const make = async (root: string) => {
      const { result, out, err } = await captureOutput(() =>
        runArms(arms, {
          registry,
          seeds: arms.seeds,
          root,
          dtype: "float32",
          flags: ["--quiet"],
          goOnFlags: [],
          run: (args) => runCommand(args, { registry, startDevice }),
        })
      );
      assertEquals(result.code, 0, err);
      return { runs: result.runs, out };
    };
    const { runs, out } = await make(`${folder}/kept`);
    const [together, first, second] = runs;
    assertEquals(runs.map(({ arm }) => arm), Object.keys(arms.arms));
    assertStringIncludes(out, `plan: seat 1 begins as agent 1 of ${folder}/kept/maporl/s0-`);
    for (const [agent, run] of [first!, second!].entries()) {
      const learnt = firstAnswers(run, agent, "MAPoRL");
      assertEquals(firstAnswers(together!, agent, "before training"), learnt);
      assert(JSON.stringify(learnt) !== JSON.stringify(firstAnswers(run, agent, "off-the-shelf")));
    }
    await Deno.symlink(folder, `${folder}/link`);
    const again = await make(`${folder}/link/kept`);
    assertEquals(again.out.match(/same settings, inputs and code/g)?.length, 3);
  }));
