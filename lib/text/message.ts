/** One message of a chat. */
export interface Message {
  /** Who speaks. */
  readonly role: "system" | "user" | "assistant";
  /** What is said; plain text without chat markers. */
  readonly content: string;
}
