import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, ConfigError, RunError } from "../../lib/core/mod.ts";
import { RunFolder } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder } from "../support/small_world.ts";
import { saveOtherBase } from "./other_base.ts";
import { DEVICE, runExperiment } from "./run_experiment.ts";
import { configOf, NEW, settings, started, withSources } from "./started_runs.ts";
import { saveBase } from "./tiny_quickstart.ts";

await startTestDevice();

/** A plan that must be refused, and settings that mend it as the remedy says. */
interface Refusal {
  readonly name: string;
  readonly config: object;
  readonly message: string;
  readonly remedy: string;
  readonly mended?: readonly string[];
}

Deno.test("a run is refused whose seats cannot begin as they should, with a remedy that works", (t) =>
  withSources(async ({ folder, base, shared, second }) => {
    const both = (changes: object = {}) =>
      started(base, [{ initFrom: { run: shared } }, { initFrom: { run: shared } }], changes);
    const other = `${folder}/other-rank`;
    await runExperiment(experiment, {
      path: other,
      config: settings(base, { updates: 1, loraR: 3 }),
    });
    const untrained = `${folder}/untrained`;
    await runExperiment(experiment, { path: untrained, config: settings(base, { updates: 0 }) });
    const allTurns = { turnGroups: "all", trainGroups: ["all"] };
    const refusals: Refusal[] = [
      {
        name: "another rank",
        config: both({ loraR: 4 }),
        message:
          `Cannot begin with agents of ${shared} as algorithm.loraR must be as there, 2: it is 4`,
        remedy: "Set algorithm.loraR=2",
        mended: ["algorithm.loraR=2"],
      },
      {
        name: "another scale",
        config: both({ loraAlpha: 5 }),
        message: "as algorithm.loraAlpha must be as there, 4: it is 5",
        remedy: "Set algorithm.loraAlpha=4",
        mended: ["algorithm.loraAlpha=4"],
      },
      {
        name: "other turn groups",
        config: both(allTurns),
        message: "as algorithm.turnGroups must be as there, first_vs_rest: it is all",
        remedy: "Set algorithm.turnGroups=first_vs_rest and algorithm.trainGroups=[first, rest]",
        mended: ["algorithm.turnGroups=first_vs_rest", "algorithm.trainGroups=[first, rest]"],
      },
      {
        name: "runs of two ranks",
        config: started(base, [{ initFrom: { run: shared } }, { initFrom: { run: other } }], {
          shareAgents: false,
        }),
        message: `Cannot begin with agents of ${other} as algorithm.loraR must be as there, 3`,
        remedy: "Train all runs that seats begin with in one algorithm.loraR",
      },
      {
        name: "an agent that was not there",
        config: started(base, [{ initFrom: { run: shared } }, {
          initFrom: { run: shared, agent: 2 },
        }]),
        message:
          `Cannot begin with agent 2 of ${shared} as it must be one of those that were trained: 2`,
        remedy: "Set seats.1.initFrom.agent to 1 or less",
        mended: ["seats.1.initFrom.agent=1"],
      },
      {
        name: "an agent that was frozen",
        config: started(base, [{ frozen: true, initFrom: { run: second } }, {}]),
        message: `Cannot begin with agent 0 of ${second} as it must have been trained`,
        remedy: "Set seats.0.initFrom.agent=1",
        mended: ["seats.0.initFrom.agent=1"],
      },
      {
        name: "a run that trained nobody",
        config: started(base, [{}, { initFrom: { run: untrained } }]),
        message: `Cannot begin with agent 1 of ${untrained} as it must have been trained`,
        remedy: "Leave out seats.1.initFrom",
        mended: ["seats.1.initFrom=null"],
      },
      {
        name: "parameters that are shared by agents of two runs",
        config: started(base, [{ initFrom: { run: shared } }, { initFrom: { run: second } }]),
        message:
          `Cannot share the parameters "shared" as they must have one beginning: seat 0 begins ` +
          `as agent 0 of ${shared}, seat 1 as agent 1 of ${second}`,
        remedy: "Set algorithm.shareAgents=false",
        mended: ["algorithm.shareAgents=false"],
      },
      {
        name: "parameters of one name, of which one begins as the base model",
        config: started(base, [{ parameters: "x", initFrom: { run: shared } }, {
          parameters: "x",
        }]),
        message: `seat 1 as its base model`,
        remedy: "Set seats.1.parameters=own_1",
        mended: ["seats.1.parameters=own_1"],
      },
    ];
    for (const { name, config, message, remedy, mended } of refusals) {
      await t.step(name, async () => {
        const error = await assertRejects(() => planMaporl(configOf(config), NEW), ConfigError);
        assertStringIncludes(error.message, message);
        assertEquals(error.remedy, remedy);
        if (mended) await planMaporl(configOf(config, ...mended), NEW);
      });
    }
  }));

Deno.test("a run is refused that begins with what is no whole, finished run of its base model", (t) =>
  withSources(async ({ folder, base, shared }) => {
    const from = (run: string, seat: object = {}) =>
      started(base, [{ ...seat, initFrom: { run } }, { ...seat, initFrom: { run } }]);
    const refused = async (run: string, type: typeof RunError) =>
      await assertRejects(() => planMaporl(configOf(from(run)), NEW), type);
    await t.step("no run", async () => {
      const error = await refused(`${folder}/none`, RunError);
      assertStringIncludes(error.message, `Cannot read ${folder}/none as the folder of a run`);
    });
    await t.step("a run of something else", async () => {
      const path = `${folder}/dummy`;
      const description = {
        experiment: "dummy",
        seed: 0,
        config: {},
        device: DEVICE,
        commandLine: [],
      };
      await (await RunFolder.create(description, { out: path })).finish("finished");
      const error = await refused(path, ConfigError);
      assertStringIncludes(error.message, "it must be a run of discussions: it is one of dummy");
    });
    await t.step("a run that is not finished, until it is", async () => {
      const path = `${folder}/begun`;
      const config = settings(base, { updates: 2 });
      const context = { log: (line: string) => assert(!line.startsWith("update 2"), "stop") };
      await assertRejects(() => runExperiment(experiment, { path, config, context }));
      const error = await refused(path, RunError);
      assertStringIncludes(error.message, "as it must be finished: it is failed");
      assertEquals(error.remedy, `Finish it: deno task experiment --resume ${path}`);
      await runExperiment(experiment, { path, config, resume: true });
      await planMaporl(configOf(from(path)), NEW);
    });
    await t.step("its last checkpoint is gone, or damaged", async () => {
      const last = `${shared}/checkpoints/update-00002`;
      await Deno.rename(last, `${folder}/kept`);
      const gone = await refused(shared, CheckpointError);
      assertStringIncludes(gone.message, "of update 2, its last: it has update-00001");
      await Deno.rename(`${folder}/kept`, last);

      const file = `${last}/weights.safetensors`;
      const bytes = await Deno.readFile(file);
      await Deno.writeFile(file, bytes.map((byte, i) => i === bytes.length - 9 ? byte ^ 1 : byte));
      const damaged = await assertRejects(
        () => runExperiment(experiment, { path: `${folder}/no`, config: from(shared) }),
        CheckpointError,
      );
      assertStringIncludes(damaged.message, `${file} as it must be as it was written`);
      assertEquals(damaged.remedy, "Restore the run from a copy, or train it again");
      await Deno.writeFile(file, bytes);
    });
    await t.step("it was trained on another base model", async () => {
      const other = await saveOtherBase(folder);
      const path = `${folder}/of-other`;
      const elsewhere = { base: other, initFrom: { run: shared } };
      const config = started(base, [elsewhere, {}], { shareAgents: false });
      const error = await assertRejects(
        () => runExperiment(experiment, { path, config }),
        CheckpointError,
        `Cannot begin with agent 0 of ${shared} at seat 0 as both must have one base model: ${other} is ` +
          "another",
      );
      assertEquals(error.remedy, `Set seats.0.base=${base}`);
      // Another one in the same folder.
      const kept = await Deno.readFile(`${base}/model.safetensors`);
      await saveBase(base, smallWorldDecoder(8));
      const changed = await assertRejects(
        () => runExperiment(experiment, { path: `${folder}/changed`, config: from(shared) }),
        CheckpointError,
      );
      assertEquals(changed.remedy, `Put back what was in ${base} when that run was made`);
      await Deno.writeFile(`${base}/model.safetensors`, kept);
    });
  }));
