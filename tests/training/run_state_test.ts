import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, Random, RunError } from "../../lib/core/mod.ts";
import { makeVariable } from "../../lib/models/mod.ts";
import { AdamW, Muon, type Optimizer } from "../../lib/optim/mod.ts";
import {
  listRunStates,
  loadRunState,
  type RunState,
  saveRunState,
  type TrainedState,
} from "../../lib/training/mod.ts";
import { snapshot } from "../rl/ppo_toys.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

/** Two groups with an optimiser each, after some steps. */
function trainedState(seed: number, numSteps: number): TrainedState {
  const random = Random.fromSeed(seed);
  const variable = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b);
    return makeVariable(Float32Array.from({ length: size }, () => random.normal()), shape);
  };
  const groups: [string, Map<string, tf.Variable>][] = [
    ["shared/rest", new Map([["policy.a", variable([2, 3])], ["value.b", variable([4])]])],
    ["base", new Map([["layers.0.q_proj.weight", variable([3, 2])], ["norm", variable([3])]])],
  ];
  const betas: [number, number] = [0.9, 0.95];
  const optimizers = new Map<string, Optimizer>([
    [groups[0]![0], new AdamW(groups[0]![1], { betas, eps: 1e-8, weightDecay: 0 })],
    [
      groups[1]![0],
      new Muon(groups[1]![1], { momentum: 0.9, weightDecay: 0, adamRatio: 1, betas, eps: 1e-8 }),
    ],
  ]);
  for (let step = 0; step < numSteps; step++) {
    for (const [key, params] of groups) {
      tf.tidy(() => {
        const grads = new Map([...params].map(([name, { shape, size }]) => {
          const values = Float32Array.from({ length: size }, () => random.normal());
          return [name, tf.tensor(values, shape)] as const;
        }));
        optimizers.get(key)!.step(grads, 0.01);
      });
    }
  }
  const variables = new Map(
    groups.flatMap(([key, params]) =>
      [...params].map(([name, variable]) => [`${key}/${name}`, variable] as const)
    ),
  );
  return { variables, optimizers };
}

function free({ variables, optimizers }: TrainedState): void {
  tf.dispose([...variables.values()]);
  for (const optimizer of optimizers.values()) optimizer.dispose();
}

async function numbersOf({ variables, optimizers }: TrainedState) {
  const moments = new Map(
    [...optimizers].flatMap(([key, optimizer]) =>
      [...optimizer.tensors()].map(([name, tensor]) => [`${key} ${name}`, tensor] as const)
    ),
  );
  return {
    variables: await snapshot(variables),
    moments: await snapshot(moments),
    steps: [...optimizers].map(([key, { stepCount }]) => [key, stepCount]),
  };
}

function stateOf(update: number): RunState {
  const random = Random.fromSeed(5);
  random.uniform();
  return { update, dataCursor: 64 * update, random: random.state() };
}

const listed = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("loadRunState() gives back weights, moments, steps, cursor and random state exactly", () =>
  withTempFolder(async (folder) => {
    const [saved, fresh] = [trainedState(1, 3), trainedState(2, 0)];
    await saveRunState(`${folder}/new/checkpoints`, stateOf(7), saved);
    assertEquals(await loadRunState(`${folder}/new/checkpoints`, fresh), stateOf(7));
    assertEquals(await numbersOf(fresh), await numbersOf(saved));
    assertEquals((await numbersOf(fresh)).steps, [["shared/rest", 3], ["base", 3]]);
    free(saved);
    free(fresh);
  }));

Deno.test("loadRunState() without a checkpoint gives undefined and changes nothing", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    const before = await numbersOf(trained);
    assertEquals(await loadRunState(`${folder}/none`, trained), undefined);
    await Deno.mkdir(`${folder}/empty`);
    assertEquals(await loadRunState(`${folder}/empty`, trained), undefined);
    assertEquals(await numbersOf(trained), before);
    free(trained);
  }));

Deno.test("saveRunState() keeps the newest checkpoints and replaces one of the same update", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    for (const update of [8, 9, 10, 11]) await saveRunState(folder, stateOf(update), trained);
    assertEquals(await listRunStates(folder), ["update-00010", "update-00011"]);
    const first = [...trained.variables.values()][0]!;
    tf.tidy(() => first.assign(tf.onesLike(first)));
    await saveRunState(folder, stateOf(11), { ...trained, keep: 1 });
    assertEquals(listed(folder), ["update-00011"]);
    const fresh = trainedState(2, 0);
    await loadRunState(folder, fresh);
    assertEquals(await numbersOf(fresh), await numbersOf(trained));
    free(trained);
    free(fresh);
  }));

Deno.test("loadRunState() ignores what a crash has left half done, and the next save removes it", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    await Deno.mkdir(`${folder}/.update-00002.12345678.tmp`);
    await Deno.writeTextFile(`${folder}/.update-00002.12345678.tmp/weights.safetensors`, "half");
    await Deno.writeTextFile(`${folder}/update-00003`, "a file, no checkpoint");
    assertEquals((await loadRunState(folder, trained))?.update, 1);
    await saveRunState(folder, stateOf(2), trained);
    assertEquals(listed(folder), ["update-00001", "update-00002", "update-00003"]);
    free(trained);
  }));

/** Lets the disk be full from the n-th file on that is made for writing. */
async function withFullDisk(fromFile: number, test: () => Promise<void>): Promise<void> {
  const open = Deno.open;
  let numFiles = 0;
  Deno.open = (path, options) => {
    if (options?.createNew && ++numFiles >= fromFile) {
      return Promise.reject(new Error("No space left on device (os error 28)"));
    }
    return open(path, options);
  };
  try {
    await test();
  } finally {
    Deno.open = open;
  }
}

Deno.test("saveRunState() on a full disk keeps the earlier checkpoint and leaves nothing behind", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    const before = await numbersOf(trained);
    tf.tidy(() => trained.optimizers.get("base")!.step(zeroGrads(trained), 0.1));
    for (const file of [1, 2, 3]) { // weights, moments, state.json
      await withFullDisk(file, async () => {
        for (const update of [1, 2]) { // also where it would replace what is there
          const error = await assertRejects(
            () => saveRunState(folder, stateOf(update), trained),
            RunError,
            "there must be space on the disk",
          );
          assert(error.remedy?.includes("what was saved before is untouched"), error.message);
        }
      });
      assertEquals(listed(folder), ["update-00001"]);
    }
    const fresh = trainedState(2, 0);
    assertEquals((await loadRunState(folder, fresh))?.update, 1);
    assertEquals(await numbersOf(fresh), before);
    free(trained);
    free(fresh);
  }));

function zeroGrads({ variables }: TrainedState): Map<string, tf.Tensor> {
  return new Map(
    [...variables].filter(([name]) => name.startsWith("base/"))
      .map(([name, { shape }]) => [name.slice("base/".length), tf.zeros(shape)]),
  );
}

Deno.test("saveRunState() says it when its folder cannot be made", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/checkpoints`, "a file");
    const trained = trainedState(1, 0);
    await assertRejects(
      () => saveRunState(`${folder}/checkpoints`, stateOf(1), trained),
      RunError,
      `Cannot write ${folder}/checkpoints/update-00001`,
    );
    assertEquals(listed(folder), ["checkpoints"]);
    free(trained);
  }));

Deno.test("loadRunState() refuses checkpoints that are damaged, naming the file and the remedy", async (t) => {
  const truncate = async (path: string) => await Deno.truncate(path, 200);
  const cases: [string, string, (path: string) => Promise<void>][] = [
    ["state.json is missing", "state.json", (path) => Deno.remove(path)],
    ["state.json is no JSON", "state.json", (path) => Deno.writeTextFile(path, "{")],
    ["state.json is foreign", "state.json", (path) => Deno.writeTextFile(path, '{"update": 1}')],
    [
      "the random state is damaged",
      "state.json",
      (path) => change(path, { random: { stream: [] } }),
    ],
    [
      "the random state is of a wrong length",
      "state.json",
      (path) => change(path, { random: { stream: [1, 2], position: 0 } }),
    ],
    ["weights are missing", "weights.safetensors", (path) => Deno.remove(path)],
    ["weights are truncated", "weights.safetensors", truncate],
    ["weights are foreign", "weights.safetensors", (path) => Deno.writeTextFile(path, "GGUF....")],
    ["moments are missing", "optimizer.safetensors", (path) => Deno.remove(path)],
    ["moments are truncated", "optimizer.safetensors", truncate],
  ];
  for (const [name, file, damage] of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const trained = trainedState(1, 1);
        await saveRunState(folder, stateOf(1), trained);
        await damage(`${folder}/update-00001/${file}`);
        const error = await assertRejects(() => loadRunState(folder, trained), CheckpointError);
        assert(error.message.includes(`${folder}/update-00001/${file}`), error.message);
        assert(error.message.includes("Remove this checkpoint folder"), error.message);
        free(trained);
      }));
  }
});

async function change(path: string, changes: object): Promise<void> {
  const state = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...state, ...changes }));
}

Deno.test("loadRunState() refuses a checkpoint of other settings and changes no weight", () =>
  withTempFolder(async (folder) => {
    const [saved, own] = [trainedState(1, 1), trainedState(2, 0)];
    const before = await numbersOf(own);
    const [name, variable] = [...own.variables][0]!;
    const other = makeVariable(new Float32Array(1), [1]);
    const settings: [TrainedState, string][] = [
      [{ ...own, variables: new Map([...own.variables].slice(1)) }, `unexpected: ${name}`],
      [{ ...own, variables: new Map([...own.variables, ["extra", other]]) }, "missing: extra"],
      [{ ...own, variables: new Map([...own.variables, [name, other]]) }, "misshaped"],
      [{ ...own, optimizers: new Map([["agent_1/rest", own.optimizers.get("base")!]]) }, "agent_1"],
    ];
    await saveRunState(folder, stateOf(1), saved);
    for (const [settingsNow, reason] of settings) {
      const error = await assertRejects(
        () => loadRunState(folder, settingsNow),
        CheckpointError,
        reason,
      );
      assert(error.remedy?.includes("settings that the run was started with"), error.message);
    }
    assertEquals(await variable.data(), before.variables.get(name));
    other.dispose();
    free(saved);
    free(own);
  }));

Deno.test("saveRunState() and loadRunState() leak no tensors", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await assertNoLeak(() => saveRunState(folder, stateOf(1), trained));
    await assertNoLeak(() => loadRunState(folder, trained));
    free(trained);
  }));
