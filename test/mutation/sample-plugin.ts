import { type Checker, type CheckResult, CheckStatus } from '@stryker-mutator/api/check';
import type { Mutant, MutantResult, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { Reporter } from '@stryker-mutator/api/report';
import { isEquivalent } from './equivalent/equivalent-mutants.ts';
import { describe, isUnnoticed } from './report.ts';
import { draw } from './sample.ts';
import { changeOf } from './source-change.ts';

/** How the plugin learns what to draw: Stryker hands its options on to the process that checks. */
export interface SampleOptions {
  readonly sample: { readonly size: number | null; readonly seed: string };
}

/** Stryker knows no samples, but it asks checkers which mutants are worth trying. */
class SampleChecker implements Checker {
  static readonly inject = tokens(commonTokens.options);
  readonly #options: SampleOptions['sample'];
  #drawn: ReadonlySet<string> = new Set();

  constructor(options: StrykerOptions) {
    this.#options = (options as unknown as SampleOptions).sample;
  }

  async init(): Promise<void> {}

  /** Is given all mutants at once, which `check` is not. */
  async group(mutants: Mutant[]): Promise<string[][]> {
    const changes = mutants.map((mutant) => changeOf(mutant, 0)).filter((change) => !isEquivalent(change));
    const { size, seed } = this.#options;
    this.#drawn = new Set([...draw(changes, { size: size ?? changes.length, seed })].map(({ id }) => id));
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(
      mutants.map(({ id }) => [
        id,
        this.#drawn.has(id)
          ? { status: CheckStatus.Passed }
          : { status: CheckStatus.CompileError, reason: 'not drawn' },
      ]),
    );
  }
}

/** One character for each mutant that was tried, and at once what was not noticed: the rest takes a while. */
class SampleReporter implements Reporter {
  onMutantTested(result: Readonly<MutantResult>): void {
    const sign = { Killed: '.', Timeout: 'T', RuntimeError: 'E' }[result.status as string];
    if (sign !== undefined) process.stderr.write(sign);
    if (isUnnoticed(result)) process.stderr.write(`\n${describe({ ...changeOf(result, 1), ...result })}\n`);
  }
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker),
  declareClassPlugin(PluginKind.Reporter, 'sample', SampleReporter),
];

export const strykerValidationSchema = {
  properties: {
    sample: {
      type: 'object',
      properties: { size: { type: ['number', 'null'] }, seed: { type: 'string' } },
      required: ['size', 'seed'],
    },
  },
};
