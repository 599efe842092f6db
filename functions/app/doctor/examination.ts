import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployment, StackResource } from '../../ports/deployment.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { inParallel } from '../in-parallel.ts';

/** So that looking at a large fleet is not throttled. */
const AT_A_TIME = 5;

/** Something that is wrong with a deployment, and what to do about it. */
export interface Fault {
  /** What it is about: a stack, a rule, a node. */
  readonly subject: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface DoctorDeps {
  readonly configuration: CompiledConfiguration;
  readonly deployment: Deployment;
  readonly store: Pick<OperationStore, 'listDenials'>;
  readonly watchdog: Pick<WatchdogStore, 'listShards'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** The resources of the stacks that exist, by stack. */
export type Stacks = ReadonlyMap<string, readonly StackResource[]>;

/** What one look led to. */
export interface Looked {
  /** How many things were looked at. */
  readonly looked: number;
  readonly faults: readonly Fault[];
}

/** Ids of one kind of resource in all stacks, sorted. */
export function idsOf(stacks: Stacks, type: string): readonly string[] {
  return [...stacks.values()]
    .flat()
    .flatMap((resource) => (resource.type === type && resource.id !== '' ? [resource.id] : []))
    .sort();
}

/** Looks at each of a list, and gathers what is wrong. */
export async function lookAtEach<Item>(
  items: readonly Item[],
  faultOf: (item: Item) => Promise<Fault | readonly Fault[] | undefined>,
): Promise<Looked> {
  const found: (readonly Fault[])[] = [];
  await inParallel([...items.entries()], AT_A_TIME, async ([index, item]) => {
    found[index] = [(await faultOf(item)) ?? []].flat();
  });
  return { looked: items.length, faults: found.flat() };
}
