import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { chooseModel, remoteApiKey, RemoteError } from "../../lib/remote/mod.ts";
import { ownEnvironment } from "../device/own_environment.ts";
import { fakeServer, KEY, random, refusal } from "./fake_server.ts";

const chosen = async (ids: string[] | null, wanted: string | null) => {
  await using there = fakeServer(() =>
    ids === null ? refusal(404, "no such page") : Response.json({ data: ids.map((id) => ({ id })) })
  );
  const name = await chooseModel(there.connect(), wanted, { random: random() });
  assertEquals(there.asked.map(({ path }) => path), ["/v1/models"]);
  return name;
};

Deno.test("chooseModel() takes the only model, or the one that is wanted", async () => {
  assertEquals(await chosen(["llama"], null), "llama");
  assertEquals(await chosen(["a", "b"], "b"), "b");
  assertEquals(await chosen(["a"], "loaded/later"), "loaded/later");
  assertEquals(await chosen(null, "llama"), "llama");
});

Deno.test("chooseModel() refuses to choose among several, and without a list", async () => {
  const several = await assertRejects(() => chosen(["a", "b"], null), ConfigError);
  assertStringIncludes(several.message, "it has a, b");
  assertStringIncludes(several.message, "server.model=NAME");
  await assertRejects(() => chosen([], null), ConfigError, "it lists none");
  await assertRejects(() => chosen(null, null), RemoteError, "status 404");
});

Deno.test("remoteApiKey() reads the variable that is named, or the usual one if it is there", () => {
  {
    using _own = ownEnvironment({ OPENAI_API_KEY: ` ${KEY}\n`, MY_KEY: undefined });
    assertEquals(remoteApiKey(null), KEY);
    assertThrows(() => remoteApiKey("MY_KEY"), ConfigError, "MY_KEY as it must be set");
  }
  using _own = ownEnvironment({ OPENAI_API_KEY: undefined, MY_KEY: `${KEY} ${KEY}` });
  assertEquals(remoteApiKey(null), undefined);
  const error = assertThrows(() => remoteApiKey("MY_KEY"), ConfigError);
  assertEquals(error.message.includes(KEY), false);
  // The tests may not read it.
  assertThrows(() => remoteApiKey("OTHER_KEY"), ConfigError, "--allow-env=OTHER_KEY");
});
