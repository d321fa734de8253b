// A reporter that ends a run with one plain line, `e2e: 41 passed, 0 failed`, for those who count tests.
import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  /** An error outside any test: a file that does not load, a set-up that fails. */
  onError(): void {
    this.#errors += 1;
  }

  onEnd(result: FullResult): void {
    const count = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    for (const test of this.#suite?.allTests() ?? []) count[test.outcome()] += 1;
    let failed = count.unexpected + this.#errors;
    // Interrupted, or out of time: not a success, whatever has passed until then.
    if (result.status !== 'passed' && failed === 0) failed = 1;
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    const flaky = count.flaky > 0 ? `, ${count.flaky} of them at the second try` : '';
    console.log(`e2e: ${count.expected + count.flaky} passed${flaky}, ${failed} failed${skipped}`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
