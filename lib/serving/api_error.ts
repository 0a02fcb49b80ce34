/**
 * Refusals in the form that clients of OpenAI's protocol read.
 *
 * @module
 */
import { printable } from "../core/mod.ts";

/** Statuses of refusals. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 499 | 500 | 503;

/** What an {@link ApiError} carries besides its message. */
export interface ApiErrorDetails {
  /** HTTP status; default 400. */
  readonly status?: ErrorStatus;
  /** Name of the case, for programs. */
  readonly code?: string;
  /** The field that is refused, such as `messages[0].role`. */
  readonly param?: string;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
}

/** The body of a refusal. */
export interface ErrorBody {
  /** What is wrong. */
  readonly error: {
    /** For people. */
    readonly message: string;
    /** Whose fault it is. */
    readonly type: "invalid_request_error" | "rate_limit_error" | "server_error";
    /** The field that is refused, if there is one. */
    readonly param: string | null;
    /** Name of the case, if it has one. */
    readonly code: string | null;
  };
}

/** A request that is refused, or cannot be answered. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: ErrorStatus;
  /** Seconds after which to try again; undefined where that would not help. */
  readonly retryAfter: number | undefined;
  /** What the client reads. */
  readonly body: ErrorBody;

  /**
   * A refusal.
   *
   * @param message For people: what was expected, and what came.
   * @param details Status, code and field.
   */
  constructor(message: string, details: ApiErrorDetails = {}) {
    // It may quote what a client sent, and be shown on a terminal.
    super(printable(message));
    this.name = new.target.name;
    const { status = 400, code = null, param = null, retryAfter } = details;
    this.status = status;
    this.retryAfter = retryAfter;
    const type = status === 429
      ? "rate_limit_error"
      : status >= 500
      ? "server_error"
      : "invalid_request_error";
    this.body = { error: { message: this.message, type, param, code } };
  }
}
