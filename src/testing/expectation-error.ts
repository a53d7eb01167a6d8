/** An expectation of a test was not met. The message is made to be read in the output of any test runner. */
export class ExpectationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExpectationError";
  }
}
