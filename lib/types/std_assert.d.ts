/** Types of the assertions that maporl's tests use; the names and order of arguments are those of `@std/assert`. */

/** A class whose constructor makes an `E`; abstract ones count as well. */
// deno-lint-ignore no-explicit-any -- every error class must fit, whatever its constructor takes
export type ErrorClass<E extends Error = Error> = abstract new (...args: any[]) => E;

/** Thrown by every assertion that does not hold. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

/** Deep equality, as `assertEquals()` sees it. */
export function equal(a: unknown, b: unknown): boolean;
/** Holds when `expr` is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr;
/** Holds when `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is false;
/** Holds when both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
/** Holds when both are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
/** Holds when both are the same value (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T;
/** Holds when they are not the same value. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
/** Holds when the difference is at most `tolerance` (default: 1e-7 of the expected value). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void;
/** Holds when every value of `expected` occurs in `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void;
/** Holds when `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
/** Holds when `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
/** Holds when `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** Holds when `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;
/** Holds when `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** Holds when `actual` is an instance of `expectedType`. */
// deno-lint-ignore no-explicit-any -- every class must fit, whatever its constructor takes
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T>;
/** Holds when `actual` is not an instance of `unexpectedType`. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  // deno-lint-ignore no-explicit-any -- every class must fit, whatever its constructor takes
  unexpectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T>;
/** Holds when `error` is of the class and its message contains the text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E;
/** Holds when the text matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
/** Holds when the text does not match. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
/** Holds when `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
/** Holds when every key of `expected` is in `actual` with an equal value. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- interfaces have no index signature
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void;
/** Holds when `fn` throws; returns what was thrown. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Holds when `fn` throws an `E` whose message contains the text; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
/** Holds when the promise of `fn` rejects; returns the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Holds when the promise of `fn` rejects with an `E` whose message contains the text. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
/** Fails always. */
export function fail(msg?: string): never;
/** Fails always: marks what must not be reached. */
export function unreachable(msg?: string): never;
/** Fails always: marks what is not written yet. */
export function unimplemented(msg?: string): never;
