import type { CompiledConfiguration } from '../functions/core/configuration/compiled.ts';
import type { Output } from './output.ts';

/** What repairs do: `healed` makes the component's alarms OK, `failed` leaves them as they were recorded. */
export const ASSUMPTIONS = ['healed', 'failed'] as const;
export type Assumption = (typeof ASSUMPTIONS)[number];

export interface WhatIfRequest {
  readonly configuration: CompiledConfiguration;
  /** Files with alarm histories, at least one; `-` is standard input, at most once. */
  readonly histories: readonly string[];
  /** Files with changes. */
  readonly changes: readonly string[];
  readonly assumption: Assumption;
  /** Whether the answer is JSON. */
  readonly json: boolean;
}

/**
 * Replays recorded alarms and prints the answer.
 *
 * @throws CommandFailed if there is a file that cannot be used
 */
export type WhatIf = (request: WhatIfRequest, output: Pick<Output, 'out' | 'err'>) => Promise<void>;
