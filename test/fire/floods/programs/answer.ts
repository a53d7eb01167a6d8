/** A question of the test, and its answer. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}
export interface Answer {
  readonly id: number;
  readonly answer: unknown;
}

/** Answers the test's questions, by name; ends with the test. */
export function answer(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on("message", async ({ id, name, argument }: Question) => {
    const given = await answers[name]?.(argument as never);
    process.send?.({ id, answer: given } satisfies Answer);
  });
  process.once("disconnect", () => process.exit());
}
