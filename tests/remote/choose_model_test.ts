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

const OPENAI = "https://api.openai.com/v1";
const keyOf = (variable: string | null, address = OPENAI) => remoteApiKey({ address, variable });

Deno.test("remoteApiKey() reads the variable that is named, or OpenAI's if it is there", () => {
  {
    using _own = ownEnvironment({ OPENAI_API_KEY: ` ${KEY}\n`, MY_KEY: undefined });
    assertEquals(keyOf(null), { value: KEY, variable: "OPENAI_API_KEY" });
    assertThrows(() => keyOf("MY_KEY"), ConfigError, "MY_KEY as it must be set");
  }
  using _own = ownEnvironment({ OPENAI_API_KEY: undefined, MY_KEY: `${KEY} ${KEY}` });
  assertEquals(keyOf(null), undefined);
  const error = assertThrows(() => keyOf("MY_KEY"), ConfigError);
  assertEquals(error.message.includes(KEY), false);
  // The tests may not read it.
  assertThrows(() => keyOf("OTHER_KEY"), ConfigError, "--allow-env=OTHER_KEY");
});

Deno.test("remoteApiKey() gives OpenAI's key to no other server unless it is named", () => {
  using _own = ownEnvironment({ OPENAI_API_KEY: KEY });
  for (
    const address of [
      ...["http://localhost:8000/v1", "http://api.openai.com/v1", "https://api.openai.com:8443/v1"],
      ...["https://api.openai.com.example.org/v1", "https://example.org/api.openai.com/v1"],
    ]
  ) {
    assertEquals(keyOf(null, address), undefined, address);
    assertEquals(keyOf("OPENAI_API_KEY", address)?.value, KEY);
  }
});

Deno.test("what a server says is cut, however its characters are written", async () => {
  await using there = fakeServer(() => refusal(400, "\u0000".repeat(5000)));
  const error = await assertRejects(
    () => there.connect().models({ random: random() }),
    RemoteError,
  );
  const longest = Math.max(...error.message.split("\n").map(({ length }) => length));
  assertEquals(longest < 600, true, `${longest} characters`);
});

Deno.test("a server that refuses a request says which variable's key it was sent", async () => {
  await using there = fakeServer(() => refusal(401, "who are you?"));
  const refused = (options = {}) =>
    assertRejects(() => there.connect(options).models({ random: random() }), RemoteError);
  const without = await refused();
  assertStringIncludes(without.message, "it must accept requests without a key: status 401");
  assertStringIncludes(without.remedy!, "server.apiKeyEnv=MAPORL_API_KEY");
  assertStringIncludes(
    without.remedy!,
    "OPENAI_API_KEY unnamed is for https://api.openai.com alone",
  );
  const given = await refused({ apiKey: KEY, apiKeyEnv: "MY_KEY" });
  assertStringIncludes(given.message, "it must accept the key of MY_KEY: status 401");
  assertStringIncludes(given.remedy!, "server.apiKeyEnv=NAME");
  assertEquals(`${given.message} ${given.remedy}`.includes(KEY), false);
});
