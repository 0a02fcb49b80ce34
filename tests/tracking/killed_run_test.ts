/** A run that is killed at every one of its file operations, and gone on with. */
import { assert, assertEquals } from "@std/assert";
import { readFrame, readRecord, readRun, RunFolder } from "../../lib/tracking/mod.ts";
import { changes, description, updateRow, withFolder } from "./tiny_run.ts";

/** What is measured at the end, in the place of an update. */
const LAST = 99;

/** A process that was killed can change nothing any more. */
class Killed extends Error {}

/**
 * Lets no file operation happen from the n-th on.
 *
 * @returns Whether there were as many.
 */
async function killAt(n: number, work: () => Promise<void>): Promise<boolean> {
  let seen = 0;
  const check = () => {
    if (++seen >= n) throw new Killed();
  };
  const real = { ...Deno };
  const names = ["rename", "mkdir", "remove"] as const;
  for (const name of names) {
    Object.assign(Deno, {
      [name]: async (...args: never[]) => {
        check();
        return await (real[name] as (...args: never[]) => Promise<void>)(...args);
      },
    });
  }
  Deno.open = async (path, options) => {
    if (options?.createNew) check();
    return await real.open(path, options);
  };
  try {
    await work();
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    if (!(cause instanceof Killed)) throw error;
  } finally {
    Object.assign(Deno, { open: real.open });
    for (const name of names) Object.assign(Deno, { [name]: real[name] });
  }
  return seen >= n;
}

/** Starts a run or goes on with it, as an experiment does. */
async function workOn(path: string, updates: number): Promise<void> {
  const config = { ppo: { updates } };
  const isResumed = await readRun(path).then(() => true, () => false);
  const run = isResumed
    ? await RunFolder.resume(path, { ...changes, config })
    : await RunFolder.create({ ...description, config }, { out: path });
  try {
    await run.bindInputs({ base: "b" });
    const file = `${path}/checkpoint.json`;
    const step: number = await Deno.readTextFile(file).then(JSON.parse, () => -1);
    await run.dropFramesAfter(step);
    for (let update = step + 1; update <= updates; update++) {
      run.updates.append([updateRow(update)]);
      await run.saveFrames(update);
      await run.writeJson("checkpoint.json", update);
    }
    run.updates.append([updateRow(LAST)]);
    await run.saveFrames(updates + 1);
  } catch (error) {
    await run.finish("failed").catch(() => {}); // lets the lock go, as the end of a process does
    throw error;
  }
  await run.finish("finished");
}

async function rowsOf(path: string): Promise<unknown[]> {
  return [...(await readFrame(`${path}/updates.parquet`)).getColumn("update").toArray()];
}

Deno.test("a run that is killed at any of its file operations is started again or gone on with", () =>
  withFolder(async (root) => {
    let isKilled = true;
    for (let n = 1; isKilled; n++) {
      const path = `${root}/${n}`;
      isKilled = await killAt(n, () => workOn(path, 1));
      await workOn(path, 1);
      assertEquals(await rowsOf(path), [0, 1, LAST], `killed at operation ${n}`);
      assertEquals((await readRecord(path)).status, "finished");
      assert(n < 200);
    }
  }));

Deno.test("a finished run that is gone on with and killed is finished as it was, or goes on", () =>
  withFolder(async (root) => {
    let isKilled = true;
    for (let n = 1; isKilled; n++) {
      const path = `${root}/${n}`;
      await workOn(path, 1);
      isKilled = await killAt(n, () => workOn(path, 2));
      const { status } = await readRecord(path);
      const isAsBefore = status === "finished" && (await readRun(path)).resumed.length === 0;
      if (isAsBefore) assertEquals(await rowsOf(path), [0, 1, LAST], `killed at operation ${n}`);
      await workOn(path, 2);
      assertEquals(await rowsOf(path), [0, 1, 2, LAST], `killed at operation ${n}`);
      assertEquals((await readRecord(path)).config, { ppo: { updates: 2 } });
      assert(n < 200);
    }
  }));
