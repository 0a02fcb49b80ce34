import { createHash } from "node:crypto";

/**
 * How a content security policy names an inline script or style.
 *
 * @param source The script or style.
 * @returns Such as `sha256-…`, in base64.
 */
export function sourceHash(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}
