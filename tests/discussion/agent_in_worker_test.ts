import { assert, assertEquals } from "@std/assert";
import {
  type Agent,
  type AgentRequest,
  type AgentResponse,
  runDiscussions,
} from "../../lib/discussion/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { drawing } from "./drawing_agent.ts";
import { options } from "./fixtures.ts";

/** Sends requests to a worker, which answers one message with one. */
class WorkerAgent implements Agent {
  readonly name = "in a worker";
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const { promise, resolve, reject } = Promise.withResolvers<AgentResponse[]>();
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = ({ error }) => reject(error);
    this.#worker.postMessage(requests);
    return promise;
  }
}

Deno.test("runDiscussions() with an agent in a worker, which gets and gives plain data only, holds the same discussion", async () => {
  const worker = new Worker(new URL("./worker_agent.ts", import.meta.url), { type: "module" });
  try {
    const local = drawing(smallWorldText);
    const hold = (other: Agent) =>
      runDiscussions(options({ agents: [local, other, local], numSamples: 2 }));
    const [expected, actual] = [await hold(local), await hold(new WorkerAgent(worker))];
    assertEquals(actual, expected);
    assertEquals(structuredClone(actual), expected);
    const [first, second] = actual[0]!.answersTA[2]!;
    assert(first!.tokens!.length > 0 && first!.text !== second!.text);
  } finally {
    worker.terminate();
  }
});
