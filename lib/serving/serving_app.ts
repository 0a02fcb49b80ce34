/**
 * The routes of a server: OpenAI's protocol for chats, and scores.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { named } from "../core/mod.ts";
import { positionLimit } from "../models/mod.ts";
import { answerChats, joinsChats } from "./answer_chats.ts";
import { ApiError } from "./api_error.ts";
import { type ChatEndpoint, completeChat } from "./chat_endpoint.ts";
import { chatRequestReader } from "./chat_request.ts";
import { ChatWork } from "./chat_work.ts";
import { asApiError } from "./describe_failure.ts";
import { keyGuard, loopbackGuard } from "./guards.ts";
import { readJsonBody } from "./read_json_body.ts";
import { checkScorable, scoreRequestReader, ScoreWork } from "./score_request.ts";
import type { ServedModel, ServedVerifier } from "./served_model.ts";
import { Waiter } from "./waiter.ts";
import { WorkQueue } from "./work_queue.ts";

/** How much a server takes. */
export interface ServingLimits {
  /** Most answers that are sampled at the same time; default 16. */
  readonly maxRows?: number;
  /**
   * Most tokens of these answers and their prompts, for whose keys and values there must be memory; a single
   * answer may have more. Default 2¹⁵.
   */
  readonly maxBatchTokens?: number;
  /** Most requests that wait while others are answered; default 32. */
  readonly maxWaiting?: number;
  /** Most tokens of an answer, and how many it may have where a request does not say; default 1024. */
  readonly maxTokens?: number;
  /** Most answers of one request; default 8. */
  readonly maxChoices?: number;
  /** Most answers that are scored by one request; default 64. */
  readonly maxItems?: number;
  /** Most bytes of a body; default 2²⁰. */
  readonly maxBodyBytes?: number;
  /** Longest time in which a body must have come, in seconds; default 30. */
  readonly bodySeconds?: number;
}

/** Settings of a {@link ServingApp}. */
export interface ServingOptions extends ServingLimits {
  /** What every request but `/health` must have; absent = nothing. */
  readonly apiKey?: string | undefined;
  /** Whether requests must name this machine, see {@linkcode ServingApp}; default false. */
  readonly isLoopback?: boolean;
  /** Told of what goes wrong in the server; default: nobody. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Answers HTTP requests with a model: `POST /v1/chat/completions`, `GET /v1/models`, `POST /score`, `GET /health`.
 * Chats that wait are answered together where they are sampled alike. Without a key, a server for this
 * machine alone (`isLoopback`) refuses requests that call it by a foreign name.
 */
export class ServingApp {
  readonly #served: ServedModel;
  readonly #hono = new Hono();
  readonly #queue: WorkQueue<ChatWork | ScoreWork>;
  readonly #cutOff = new AbortController();
  readonly #started = Math.floor(Date.now() / 1000);

  /**
   * An app that waits for requests.
   *
   * @param served The model, its adapter and verifier; stay the caller's.
   * @param options Limits and key.
   */
  constructor(served: ServedModel, options: ServingOptions = {}) {
    const { maxRows = 16, maxBatchTokens = 2 ** 15, maxWaiting = 32 } = options;
    const { onFailure = () => {} } = options;
    const { positions: maxPositions } = positionLimit(served.model.decoder.config);
    this.#served = served;
    this.#queue = new WorkQueue({
      maxWaiting,
      joins: (chosen, next) =>
        next instanceof ChatWork && chosen.every((work) => work instanceof ChatWork) &&
        joinsChats(chosen, next, { maxRows, maxPositions, maxBatchTokens }),
      run: async (chosen) => {
        const [first] = chosen;
        if (first instanceof ScoreWork) await first.run(served.verifier!);
        else await answerChats(served, chosen as readonly ChatWork[], { maxRows, maxBatchTokens });
      },
    });
    this.#route(options, onFailure);
  }

  /**
   * Answers a request.
   *
   * @param request Of a client.
   * @returns The response; refusals and failures are responses as well.
   */
  readonly fetch = async (request: Request): Promise<Response> => await this.#hono.fetch(request);

  /** Takes no more requests; those that are there are still answered. */
  close(): void {
    this.#queue.close();
  }

  /** Ends all requests that are there. */
  cutOff(): void {
    this.#cutOff.abort(
      new ApiError("Cannot answer to the end as the server must go on: it is shutting down", {
        status: 503,
        code: "shutting_down",
      }),
    );
  }

  /**
   * Waits until the model computes nothing any more.
   *
   * @returns When all that was taken is done, or was given up.
   */
  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  #route(options: ServingOptions, onFailure: (error: unknown) => void): void {
    const { maxChoices = 8, maxItems = 64, maxTokens = 1024, apiKey, isLoopback } = options;
    const { maxBodyBytes: maxBytes = 2 ** 20, bodySeconds: seconds = 30 } = options;
    const { verifier } = this.#served;
    const app = this.#hono;
    app.onError((error, c) => {
      const failure = asApiError(error);
      if (failure.status === 500) onFailure(error);
      const { retryAfter } = failure;
      if (retryAfter !== undefined) c.header("Retry-After", `${retryAfter}`);
      return c.json(failure.body, failure.status as 400); // Hono does not know 499
    });
    app.notFound((c) => {
      throw new ApiError(
        `Cannot find ${c.req.method} ${named(c.req.path)} as there is no such route`,
        {
          status: 404,
          code: "unknown_url",
        },
      );
    });
    if (isLoopback && apiKey === undefined) app.use(loopbackGuard());
    app.get("/health", (c) => c.json({ status: "ok", waiting: this.#queue.numWaiting }));
    if (apiKey !== undefined) app.use(keyGuard(apiKey));

    const body = (c: Context) => {
      this.#queue.checkRoom(); // before anything is read
      return readJsonBody(c, { maxBytes, seconds });
    };
    const readChat = chatRequestReader({ maxChoices, maxTokens });
    const endpoint: ChatEndpoint = {
      served: this.#served,
      maxTokens,
      cutOff: this.#cutOff.signal,
      add: (chat) => this.#queue.add(chat),
      onFailure,
    };
    app.post(
      "/v1/chat/completions",
      async (c) => await completeChat(c, readChat(await body(c)), endpoint),
    );
    app.get("/v1/models", (c) => c.json({ object: "list", data: [this.#modelEntry()] }));
    app.get("/v1/models/:id", (c) => {
      if (c.req.param("id") === this.#served.id) return c.json(this.#modelEntry());
      throw new ApiError(`Cannot find the model ${named(c.req.param("id"))} as it must be served`, {
        status: 404,
        param: "model",
        code: "model_not_found",
      });
    });
    if (verifier === undefined) return;
    const readScore = scoreRequestReader(maxItems);
    app.post("/score", async (c) => await this.#score(c, readScore(await body(c)), verifier));
  }

  async #score(
    c: Context,
    items: ReturnType<ReturnType<typeof scoreRequestReader>>,
    verifier: ServedVerifier,
  ): Promise<Response> {
    checkScorable(verifier, items);
    const work = new ScoreWork(items, new Waiter(c.req.raw.signal, this.#cutOff.signal).signal);
    this.#queue.add(work);
    return c.json({ scores: [...await work.scores] });
  }

  #modelEntry(): object {
    return { id: this.#served.id, object: "model", created: this.#started, owned_by: "maporl" };
  }
}
