import { assert, assertEquals } from "@std/assert";
import pl from "nodejs-polars";
import { type DataFrame, type Frames, readResultFrames } from "../../lib/tracking/mod.ts";

/** Arms of which documents say that they are the same. */
const SAME = [
  [["single_agent", "MAPoRL"], ["closed_book", "arithmetic"]],
  [["hidden_profile", "influence-aware"], ["quickstart", "MAPoRL"]],
] as const;

async function committedFrames(result: string): Promise<Frames> {
  const folder = new URL(`../../experiments/${result}/results`, import.meta.url).pathname;
  return (await readResultFrames(folder, "")).frames;
}

const ofArm = (frame: DataFrame, arm: string) => frame.filter(pl.col("arm").eq(pl.lit(arm)));

Deno.test("arms of which documents say that they are the same have the same committed rows", async () => {
  for (const [[result, arm], [otherResult, otherArm]] of SAME) {
    const [frames, others] = await Promise.all([result, otherResult].map(committedFrames));
    const names = Object.keys(frames!).filter((name) => Object.hasOwn(others!, name));
    assertEquals(names.slice(0, 2).sort(), ["baselines", "evaluations"]);
    for (const name of names) {
      const [one, other] = [ofArm(frames![name]!, arm), ofArm(others![name]!, otherArm)];
      const columns = one.columns.filter((column) =>
        column !== "arm" && other.columns.includes(column)
      );
      assert(one.height > 0 && columns.length >= 5, name);
      const isSame = one.select(...columns).frameEqual(other.select(...columns), true);
      assert(isSame, `${name}: ${result}, ${arm} differs from ${otherResult}, ${otherArm}`);
    }
  }
});
