import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import manifest from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);

/** Files of the package that writes Parquet, one of which this system can load. */
function parquetLibraries(): string[] {
  const packages = new URL("node_modules/.deno/", root);
  return [...Deno.readDirSync(packages)].filter(({ name }) => name.startsWith("nodejs-polars-"))
    .flatMap(({ name }) => {
      const inner = new URL(`${name}/node_modules/${name.split("@")[0]}/`, packages);
      return [...Deno.readDirSync(inner)].filter((file) => file.name.endsWith(".node"))
        .map((file) => new URL(file.name, inner).pathname);
    });
}

/** Runs a script with permission to open the libraries that it is given, and to do nothing else. */
async function run(code: string, libraries: readonly string[]): Promise<string> {
  const script = `data:text/javascript,${encodeURIComponent(code)}`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-config", "--no-prompt", `--allow-ffi=${libraries.join(",")}`],
      ...[script, ...libraries],
    ],
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

// What README's "Permissions" says; when one of these fails, Deno can do more than it could.
Deno.test({
  name: "a permission for one native library gives every function of the system",
  ignore: Deno.build.os === "windows",
  async fn() {
    const output = await run(
      `for (const path of Deno.args) {
        try {
          const { symbols } = Deno.dlopen(path, { system: { parameters: ["buffer"], result: "i32" } });
          symbols.system(new TextEncoder().encode("echo reached the shell\\0"));
        } catch { /* made for another system */ }
      }`,
      parquetLibraries(),
    );
    assertStringIncludes(output, "reached the shell");
  },
});

Deno.test("addresses of memory need the permission for all native libraries", async () => {
  const output = await run(
    `try { Deno.UnsafePointer.of(new Uint8Array(8)); console.log("given"); }
     catch (error) { console.log(error.name); }`,
    parquetLibraries(),
  );
  assertStringIncludes(output, "NotCapable");
});

Deno.test("README says what the tasks' permissions hold and what they do not", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const section = /^## Permissions\n(.*?)^## /ms.exec(readme)?.[1] ?? "";
  for (const words of ["Native libraries are outside", "no network", "container"]) {
    assertStringIncludes(section, words);
  }
  for (const [name, permissions] of Object.entries(manifest.permissions)) {
    const granted: Record<string, unknown> = permissions;
    assertEquals(granted.run, undefined, name);
    // The hosts of data sets, for the one task that gets them; a server and tests are on their own machine.
    const isOnNetwork = name === "serve" || name === "test";
    if (name === "data") assertEquals([granted.ffi, granted.sys], [undefined, undefined], name);
    else if (name === "remote") assertEquals(granted.net, ["127.0.0.1", "localhost"], name);
    else assertEquals(granted.net, isOnNetwork ? ["127.0.0.1"] : undefined, name);
    assert(granted.ffi === undefined || granted.ffi === true, `${name} narrows what cannot be`);
  }
});
