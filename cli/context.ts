import type { Clock } from '../functions/ports/clock.ts';
import type { ExitName } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { WhatIf } from './what-if.ts';

/** What a command may use of the world. */
export interface Context extends Output {
  readonly clock: Clock;
  /** The configuration file that a command reads if it is given none. */
  readonly config: string;
  /** Needs the embedded cloud, which only `main.ts` knows. */
  readonly whatIf: WhatIf;
}

/** How a command ended, if not with `ok`. */
export type End = (exit: ExitName) => void;
