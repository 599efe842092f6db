import { readOrSay, type Unreadable } from '../unreadable.ts';
import { checkAlarms, checkDenials, checkNodes, checkWatchdog } from './component-checks.ts';
import { checkDocuments } from './document-checks.ts';
import type { DoctorDeps, Fault, Looked, Stacks } from './examination.ts';
import {
  checkFunctions,
  checkOwnAlarms,
  checkQueues,
  checkRules,
  checkStacks,
  checkTopics,
  neededStacks,
  readStacks,
} from './stack-checks.ts';

export const CHECKS = {
  stacks: 'stacks',
  functions: 'functions',
  rules: 'rules and schedules',
  queues: 'dead-letter queues',
  topics: 'topics',
  ownAlarms: 'Selfheal’s own alarms',
  alarms: 'alarms of components',
  documents: 'runbooks',
  nodes: 'managed nodes',
  permissions: 'permissions',
  watchdog: 'watchdog',
} as const;

export type Check = keyof typeof CHECKS;

/** What one check found. */
export interface Checked {
  readonly check: Check;
  readonly looked: number;
  readonly faults: readonly Fault[];
  /** Why it could not be made, which says nothing of the deployment. */
  readonly unable?: Unreadable;
}

/** Looks at all that is deployed, against the configuration. One check that cannot be made stops no other. */
export async function examine(deps: DoctorDeps): Promise<readonly Checked[]> {
  const needed = neededStacks(deps.configuration);
  let stacks: Stacks = new Map();
  const first = await attempt('stacks', async () => {
    stacks = await readStacks(deps.deployment, needed);
    return await checkStacks(deps, needed, stacks);
  });
  const ofStacks: readonly (readonly [Check, () => Promise<Looked>])[] = [
    ['functions', () => checkFunctions(deps, stacks)],
    ['rules', () => checkRules(deps, stacks)],
    ['queues', () => checkQueues(deps, stacks)],
    ['topics', () => checkTopics(deps, stacks)],
    ['ownAlarms', () => checkOwnAlarms(deps, stacks)],
  ];
  const others: readonly (readonly [Check, () => Promise<Looked>])[] = [
    ['alarms', () => checkAlarms(deps)],
    ['documents', () => checkDocuments(deps)],
    ['nodes', () => checkNodes(deps)],
    ['permissions', () => checkDenials(deps)],
    ['watchdog', () => checkWatchdog(deps)],
  ];
  // Without their resources nothing is known of what is in the stacks.
  const unknown = ofStacks.map(([check]) => ({
    check,
    looked: 0,
    faults: [],
    unable: { problem: 'the stacks could not be read' },
  }));
  const rest = await Promise.all(
    [...(first.unable ? [] : ofStacks), ...others].map(([check, look]) => attempt(check, look)),
  );
  return [first, ...(first.unable ? unknown : []), ...rest];
}

async function attempt(check: Check, look: () => Promise<Looked>): Promise<Checked> {
  const looked = await readOrSay(look);
  if ('answer' in looked) return { check, ...looked.answer };
  return { check, looked: 0, faults: [], unable: looked.unreadable };
}
