import { assertEquals } from "@std/assert";
import { agentTitles } from "../../lib/tracking/mod.ts";

const rows = (...models: string[]) => models.map((baseModel, agent) => ({ agent, baseModel }));

Deno.test("agentTitles() counts agents of one model, and names different models as shortly as they can be told apart", () => {
  assertEquals(agentTitles(rows("a/b", "a/b")), ["agent 1", "agent 2"]);
  assertEquals(
    agentTitles(rows("data/checkpoints/small/base", "x", "data/checkpoints/small/base")),
    ["agent 1, small/base", "agent 2, x", "agent 3, small/base"],
  );
  assertEquals(
    agentTitles(rows("/one/small/base/", "/two/small/base")),
    ["agent 1, one/small/base", "agent 2, two/small/base"],
  );
  assertEquals(agentTitles([]), []);
});
