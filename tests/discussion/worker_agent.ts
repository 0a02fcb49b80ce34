/**
 * An agent in a thread of its own: takes requests as messages and answers with responses.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { drawing } from "./drawing_agent.ts";

const agent = drawing(smallWorldText);

self.onmessage = async ({ data }) => self.postMessage(await agent.respond(data));
