import { assertEquals } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { pretrainSchema } from "../../experiments/pretrain/config.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import {
  canonicalJson,
  type Compat,
  describeOptions,
  resolveCompat,
  resolveConfig,
  withoutCompat,
} from "../../lib/core/mod.ts";

const maporl = (...sets: string[]) => resolveConfig(maporlSchema, [], sets);

/** Whom a task follows, which is not a setting of every kind. */
const taskCompat = (task: { readonly name: string; readonly compat?: Compat } | null) =>
  task?.compat;

/** Whom each point follows. */
function followed({ compat, task, reward, algorithm, evaluation }: ReturnType<typeof maporl>) {
  const points = [taskCompat(task), reward.compat, reward.incentiveCompat, algorithm.compat];
  return [compat, ...points, evaluation.compat].map((compat) => compat?.[0]).join("");
}

Deno.test("resolveCompat() lets a section follow the settings around it, and those follow the run's", () => {
  const { compat, a, b, list, text } = resolveCompat({
    compat: "official",
    a: { compat: null, b: { compat: null, incentiveCompat: null, c: 1 } },
    b: { compat: "paper", c: { compat: null }, d: { incentiveCompat: null } },
    list: [1, 2],
    text: null,
  });
  assertEquals(compat, "official");
  assertEquals(a, {
    compat: "official",
    b: { compat: "official", incentiveCompat: "official", c: 1 },
  });
  assertEquals(b, { compat: "paper", c: { compat: "paper" }, d: { incentiveCompat: "paper" } });
  assertEquals([list, text], [[1, 2], null]);
});

Deno.test("resolveCompat() of a section alone follows the paper, and of resolved settings changes nothing", () => {
  const section = { compat: null, incentiveCompat: null };
  assertEquals(resolveCompat(section), { compat: "paper", incentiveCompat: "paper" });
  const around = resolveCompat(section, "official");
  assertEquals(around, { compat: "official", incentiveCompat: "official" });
  assertEquals(resolveCompat(around), around);
});

Deno.test("withoutCompat() leaves out whom sections follow, at every depth", () => {
  const settings = { compat: "paper", a: { compat: null, b: 1, c: { incentiveCompat: "paper" } } };
  assertEquals(withoutCompat(settings), { a: { b: 1, c: {} } });
});

Deno.test("one compat of a run decides all of its sections, and a section may deviate", () => {
  assertEquals(followed(maporl()), "pppppp");
  assertEquals(followed(maporl("compat=official")), "oooooo");
  assertEquals(followed(maporl("compat=official", "task.compat=paper")), "opoooo");
  assertEquals(followed(maporl("reward.compat=official")), "ppoopp");
  const tables = ["reward.incentiveCompat=paper", "reward.followOthers=1"];
  assertEquals(followed(maporl("reward.compat=official", ...tables)), "ppoppp");
  assertEquals(followed(maporl("algorithm.compat=official")), "ppppop");
  assertEquals(followed(maporl("evaluation.compat=official")), "pppppo");
  const other = ["evaluation.task.name=entailment", "evaluation.compat=official"];
  assertEquals(taskCompat(maporl(...other).evaluation.task), "official");
  for (const schema of [pretrainSchema, trainVerifierSchema]) {
    const resolve = (...sets: string[]) =>
      resolveConfig(schema as typeof pretrainSchema, [], sets).task.compat;
    assertEquals([resolve(), resolve("compat=official")], ["paper", "official"]);
    assertEquals(resolve("compat=official", "task.compat=paper"), "paper");
  }
});

Deno.test("a run's settings are the same resolved again, and said in full or by the one compat", () => {
  const official = maporl("compat=official");
  assertEquals(resolveConfig(maporlSchema, [official]), official);
  const inFull = (compat: string) =>
    ["task", "reward", "algorithm", "evaluation"].map((name) => `${name}.compat=${compat}`);
  const officialInFull = inFull("official");
  assertEquals(
    canonicalJson(maporl("compat=official", ...officialInFull)),
    canonicalJson(official),
  );
  // Also where the one compat is left to decide nothing.
  assertEquals(followed(maporl(...officialInFull)), "pooooo");
  assertEquals(followed(maporl("compat=official", ...inFull("paper"))), "oppppp");
});

Deno.test("--help says that sections follow the one compat", () => {
  const rows = new Map(describeOptions(maporlSchema).map((row) => [row.path, row]));
  assertEquals(rows.get("compat")!.default, '"paper"');
  for (const path of ["task", "reward", "algorithm", "evaluation", "evaluation.task"]) {
    const { type, default: value } = rows.get(`${path}.compat`)!;
    assertEquals([type, value], ['"paper" | "official" | null', "null"], path);
  }
});
