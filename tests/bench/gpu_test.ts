import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/core/mod.ts";
import { gpuItems } from "../../bench/gpu/items.ts";
import { measureInWorker } from "../../bench/gpu/own_side.ts";
import { startPythonPeer } from "../../bench/peers/python_peer.ts";

const items = gpuItems("tiny");
const itemOf = (kind: string) => items.find((item) => item.kind === kind)!;

Deno.test("gpuItems() measures each decoder's rollout and update in both precisions", () => {
  const names = gpuItems("full").map(({ kind, name, dtype }) => `${kind} ${name} ${dtype}`);
  assertEquals(names.length, 2 + 2 * 2 * 2);
  assert(names.includes("update like Qwen2.5-0.5B float16"));
});

Deno.test("measureInWorker() measures products and PPO steps on a software adapter", async () => {
  for (const kind of ["products", "update"]) {
    const reply = await measureInWorker({ item: itemOf(kind), allowSoftware: true }, 60_000);
    if ("failure" in reply && /none found/.test(reply.failure)) {
      console.warn(`SKIPPED: no WebGPU here: ${reply.failure}`);
      return;
    }
    assert("rate" in reply && reply.rate > 0, JSON.stringify(reply));
  }
});

Deno.test("measureInWorker() stops what takes too long and says so", async () => {
  const reply = await measureInWorker({ item: itemOf("rollout"), allowSoftware: true }, 1);
  assertEquals(reply, { failure: "stopped after 0 s" });
});

Deno.test("startPythonPeer() says what to install where there is no Python", async () => {
  const error = await assertRejects(() => startPythonPeer("no-such-python"), RunError);
  assert(error.message.includes("pip install torch transformers peft"));
});
