import type { Finding, Section } from './page.ts';
import { type ProofOptions, proveSetting } from './prove.ts';
import { SETTINGS } from './settings.ts';
import { FEATURES, TARGETS } from './targets/proofs.ts';
import { proveEmbedded } from './targets/prove-embedded.ts';

/** A part of the proof, which can be asked for alone. */
export interface Part {
  readonly name: string;
  /** The section of the page that lists its grants. */
  readonly section: Section;
  readonly prove: (options: ProofOptions) => Promise<readonly Finding[]>;
}

/** What is deployed to MiniStack, and what is proven on the embedded cloud. */
export const PARTS: readonly Part[] = [
  ...SETTINGS.map((setting) => ({
    name: setting.name,
    section: 'deployed' as const,
    prove: (options: ProofOptions) => proveSetting(setting, options),
  })),
  { name: 'targets', section: 'targets', prove: (options) => proveEmbedded(TARGETS, options) },
  { name: 'features', section: 'features', prove: (options) => proveEmbedded(FEATURES, options) },
];
