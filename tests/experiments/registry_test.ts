import { assert, assertEquals } from "@std/assert";
import { registry } from "../../experiments/registry.ts";
import { resolveConfig } from "../../lib/core/mod.ts";

const folder = new URL("../../experiments/", import.meta.url);

Deno.test("the registry names every experiment's folder, and each experiment its place", async () => {
  const folders = [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory);
  assertEquals(folders.map(({ name }) => name).sort(), Object.keys(registry).sort());
  for (const [name, load] of Object.entries(registry)) {
    const { experiment } = await load();
    assertEquals(experiment.name, name);
    for (const text of [experiment.summary, experiment.minutes]) {
      assert(text.length > 0 && !text.includes("\n"), `${name}: one line each`);
    }
    const config = resolveConfig(experiment.schema, [{}], []) as object; // the defaults are allowed
    for (const path of experiment.changeable ?? []) {
      const value = path.split(".").reduce<unknown>(
        (part, key) => (part as Record<string, unknown> | undefined)?.[key],
        config,
      );
      assert(value !== undefined, `${name}: changeable "${path}" is no option`);
    }
  }
});
