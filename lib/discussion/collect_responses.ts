import { MaporlError, RunError } from "../core/errors.ts";
import type { Agent, AgentRequest, AgentResponse } from "./agent.ts";

/**
 * Lets the agents of a turn respond, all at the same time, each that is one object in one batch. All are waited
 * for even if one fails, as what they use is freed then.
 *
 * @param agents Shape [A], who sits at each seat.
 * @param requestsQA Shape [Q][A], what each is to answer.
 * @param turn Turn, from 0.
 * @returns Shape [Q][A], the answers.
 * @throws {RunError} If an agent fails or gives the wrong number of responses.
 */
export async function collectResponses(
  agents: readonly Agent[],
  requestsQA: readonly (readonly AgentRequest[])[],
  turn: number,
): Promise<AgentResponse[][]> {
  const responsesQA = requestsQA.map(() => new Array<AgentResponse>(agents.length));
  const seatsByAgent = Map.groupBy(agents.keys(), (seat) => agents[seat]!);
  const responding = [...seatsByAgent].map(async ([agent, seats]) => {
    const seated = requestsQA.flatMap((_, q) => seats.map((seat) => ({ q, seat })));
    const responses = await respond(
      agent,
      seated.map(({ q, seat }) => requestsQA[q]![seat]!),
      turn,
    );
    seated.forEach(({ q, seat }, index) => responsesQA[q]![seat] = responses[index]!);
  });
  for (const outcome of await Promise.allSettled(responding)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
  return responsesQA;
}

async function respond(
  agent: Agent,
  requests: readonly AgentRequest[],
  turn: number,
): Promise<AgentResponse[]> {
  const what =
    `Cannot hold turn ${turn} as agent "${agent.name}" must answer ${requests.length} requests`;
  let responses: AgentResponse[];
  try {
    responses = await agent.respond(requests);
  } catch (cause) {
    // Errors that already tell what to do, and interruptions, pass as they are.
    if (cause instanceof MaporlError || isAbort(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RunError(`${what}: it failed with "${reason}"`, { thing: agent.name, cause });
  }
  if (responses.length !== requests.length) {
    throw new RunError(`${what}: it gave ${responses.length}`, { thing: agent.name });
  }
  return responses;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}
