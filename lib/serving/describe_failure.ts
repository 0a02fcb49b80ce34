import { ApiError } from "./api_error.ts";

/**
 * What a client is told of an error: all of a refusal, and of a failure only that there was one.
 *
 * @param error What was thrown.
 * @returns A refusal, or an error 500.
 */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError("Cannot answer as something went wrong in the server: its output says what", {
    status: 500,
    code: "internal_error",
  });
}
