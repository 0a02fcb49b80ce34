import { assert, assertEquals } from "@std/assert";
import { unblockSignals } from "../../lib/device/signal_mask.ts";

const device = new URL("../../lib/device/mod.ts", import.meta.url).href;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** Runs a script in a process of its own and gives what it printed as JSON. */
async function runScript(
  text: string,
  env: Record<string, string> = {},
  permissions: readonly string[] = ["-A"],
): Promise<unknown> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, text);
  try {
    unblockSignals(); // other tests of this process compute, and children inherit what is blocked
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions, "-q", "--no-check", "--config", config, file],
      env: { NO_COLOR: "1", ...env },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(file);
  }
}

/** Blocked signals of the threads of this process by their ids, as the kernel tells. */
const MASKS = `
  const masks = () => Object.fromEntries([...Deno.readDirSync("/proc/self/task")].map(({ name }) => {
    const status = Deno.readTextFileSync("/proc/self/task/" + name + "/status");
    return [name, BigInt("0x" + status.match(/^SigBlk:\\s*(\\w+)/m)[1])];
  }));
  const bit = (number) => 1n << BigInt(number - 1);
  const FROM_OUTSIDE = [1, 2, 3, 10, 12, 15, 17, 18, 28].map(bit).reduce((a, b) => a | b);
  const BY_A_THREAD_ITSELF = [4, 5, 6, 7, 8, 11, 13, 25, 31].map(bit).reduce((a, b) => a | b);
`;

for (const products of ["auto", "openblas", "wasm"]) {
  Deno.test({
    name: `startDevice() keeps signals off every thread that computes, products by ${products}`,
    ignore: Deno.build.os !== "linux", // has no /proc
    fn: async () => {
      const { computing, others, faults, numThreads } = await runScript(
        `import { startDevice, unblockSignals } from "${device}";
        ${MASKS}
        unblockSignals(); // which this process may have from tests of a device
        Deno.addSignalListener("SIGINT", () => {});
        const before = masks();
        const { numThreads } = await startDevice("cpu");
        const after = masks();
        const own = String(Deno.pid);
        const computing = Object.keys(after).filter((id) => id === own || !(id in before));
        const others = Object.keys(after).filter((id) => !computing.includes(id));
        console.log(JSON.stringify({
          numThreads,
          computing: computing.map((id) => (after[id] & FROM_OUTSIDE) === FROM_OUTSIDE),
          others: others.map((id) => (after[id] & FROM_OUTSIDE) === 0n),
          faults: computing.filter((id) => (after[id] & BY_A_THREAD_ITSELF) !== 0n),
        }));`,
        { MAPORL_BLAS: products, MAPORL_THREADS: "3" },
      ) as Record<string, unknown> & { computing: boolean[]; others: boolean[] };
      assertEquals(numThreads, 3);
      assert(computing.length >= 3, "this thread, two workers, and those of libraries");
      assert(computing.every((isKept) => isKept), `${computing}`);
      assert(others.some((takes) => takes), "one of the runtime's takes them");
      assertEquals(faults, []);
    },
  });
}

Deno.test({
  name: "a program still hears of signals while its thread blocks them and computes",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: async () => {
    const heard = await runScript(
      `import { startDevice, unblockSignals } from "${device}";
      unblockSignals();
      const heard = [];
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
        Deno.addSignalListener(name, () => heard.push(name));
      }
      await startDevice("cpu");
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
        Deno.kill(Deno.pid, name);
        for (const end = performance.now() + 50; performance.now() < end;);
        while (heard.at(-1) !== name) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      console.log(JSON.stringify(heard));
      Deno.exit();`,
    );
    assertEquals(heard, ["SIGINT", "SIGTERM", "SIGHUP"]);
  },
});

Deno.test({
  name: "receiveSignals() lets a program be interrupted that was started with signals blocked",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: async () => {
    const child = `import { blockSignals, receiveSignals } from "${device}";
      receiveSignals();
      Deno.addSignalListener("SIGINT", () => (console.log("1"), Deno.exit()));
      blockSignals();
      setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 10);
      setTimeout(() => (console.log("0"), Deno.exit()), 5000);`;
    const heard = await runScript(
      `import { blockSignals } from "${device}";
      blockSignals();
      const file = await Deno.makeTempFile({ suffix: ".ts" });
      await Deno.writeTextFile(file, ${JSON.stringify(child)});
      await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "-q", "--no-check", "--config", "${config}", file],
      }).spawn().status;
      await Deno.remove(file);`,
    );
    assertEquals(heard, 1);
  },
});

Deno.test("blockSignals() does nothing without the permission, which native code needs as well", async () => {
  const done = await runScript(
    `import { blockSignals, unblockSignals } from "${new URL(
      "../../lib/device/signal_mask.ts",
      import.meta.url,
    )}";
    console.log(JSON.stringify([blockSignals(), unblockSignals()]));`,
    {},
    ["--no-prompt"],
  );
  assertEquals(done, [false, false]);
});
