import { assert, assertEquals, assertThrows } from "@std/assert";
import { ApiError, type QueuedWork, WorkQueue } from "../../lib/serving/mod.ts";

/** Work with a name, which fails by a list. */
class NamedWork implements QueuedWork {
  readonly controller = new AbortController();
  readonly errors: unknown[] = [];
  constructor(readonly name: string) {}
  get signal(): AbortSignal {
    return this.controller.signal;
  }
  fail(error: unknown): void {
    this.errors.push(error);
  }
}

/** A queue that notes what it does, and does it when it is told to. */
function noting(maxWaiting: number) {
  const done: string[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const queue = new WorkQueue<NamedWork>({
    maxWaiting,
    joins: ([first], next) => next.name[0] === first!.name[0],
    run: async (chosen) => {
      done.push(chosen.map(({ name }) => name));
      gates.push(Promise.withResolvers<void>());
      await gates.at(-1)!.promise;
    },
  });
  const add = (name: string) => {
    const work = new NamedWork(name);
    queue.add(work);
    return work;
  };
  const next = async (error?: Error) => {
    if (error) gates.at(-1)!.reject(error);
    else gates.at(-1)!.resolve();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { queue, add, next, done };
}

Deno.test("WorkQueue takes with the first what joins it, and keeps the order of the others", async () => {
  const { queue, add, next, done } = noting(10);
  for (const name of ["a1", "b1", "a2", "c1", "b2", "a3"]) add(name);
  assertEquals(done, [["a1"]]); // began at once
  await next();
  await next();
  await next();
  assertEquals(done, [["a1"], ["b1", "b2"], ["a2", "a3"], ["c1"]]);
  let isIdle = false;
  const idle = queue.idle().then(() => isIdle = true);
  await Promise.resolve();
  assertEquals(isIdle, false);
  await next();
  await idle;
  add("d1");
  assertEquals(done.at(-1), ["d1"]); // and goes on after it was empty
});

Deno.test("WorkQueue refuses more than may wait, and everything once it is closed", async () => {
  const { queue, add, next, done } = noting(2);
  add("a1");
  add("b1");
  add("c1");
  const full = assertThrows(() => add("d1"), ApiError, "at most 2 may wait: 2 do");
  assertEquals([full.status, full.retryAfter], [429, 1]);
  await next();
  const last = add("e1");
  queue.close();
  assertEquals(assertThrows(() => queue.checkRoom(), ApiError).status, 503);
  await next();
  await next();
  assertEquals(done.at(-1), ["e1"]); // what waited is done
  assertEquals(last.errors, []);
  const { add: addTo } = noting(0);
  addTo("a1"); // nothing has to wait for it
  assertThrows(() => addTo("b1"), ApiError);
});

Deno.test("WorkQueue drops what nobody wants any more, and goes on after a failure", async () => {
  const { queue, add, next, done } = noting(3);
  const first = add("a1");
  const second = add("b1");
  const third = add("c1");
  const reason = new Error("gone");
  second.controller.abort(reason);
  assertEquals([queue.numWaiting, second.errors], [1, [reason]]);
  first.controller.abort(reason); // whoever does it looks at the signal
  assertEquals(first.errors, []);
  const failure = new Error("failed");
  await next(failure);
  assertEquals(first.errors, [failure]);
  assert(done.length === 2 && third.errors.length === 0);
  const late = new NamedWork("z");
  late.controller.abort(reason);
  queue.add(late);
  assertEquals([queue.numWaiting, late.errors], [0, [reason]]);
});
