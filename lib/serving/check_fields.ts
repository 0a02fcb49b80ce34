import type { z } from "zod";
import { named } from "../core/mod.ts";
import { ApiError } from "./api_error.ts";

/** A place in a body: keys and indices. */
type Path = readonly PropertyKey[];

/**
 * Reads a body by its schema.
 *
 * @param schema Of a strict object.
 * @param body The body as parsed.
 * @returns What the schema gives.
 * @throws {ApiError} With the first field that does not fit.
 */
export function checkFields<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const issue = error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const param = pathText([...issue.path, issue.keys[0]!]);
    throw new ApiError(
      `Cannot take the field ${named(param)} as only fields are taken whose effect this server has`,
      { param, code: "unsupported_parameter" },
    );
  }
  const param = pathText(issue.path);
  const isMissing = issue.path.length > 0 && valueAt(body, issue.path) === undefined;
  throw new ApiError(
    isMissing
      ? `Cannot do without the field ${named(param)}: it is missing`
      : `Cannot take ${param === "" ? "the body" : named(param)} as sent: ${issue.message}`,
    {
      ...(param === "" ? {} : { param }),
      code: isMissing ? "missing_required_parameter" : "invalid_value",
    },
  );
}

/** `messages[0].content`. */
function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === "number"
        ? `${text}[${key}]`
        : text === ""
        ? `${String(key)}`
        : `${text}.${String(key)}`,
    "",
  );
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
