import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';

/** Who reports changes: services of AWS, and anyone's pipeline. */
export const CHANGE_SOURCES = [
  'codedeploy',
  'ecs',
  'lambda',
  'cloudformation',
  'appconfig',
  'autoscaling',
  'rds',
  'ssm',
  'pipeline',
] as const;
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

/** What is changed: code, settings, the number or size of targets, or the machines and databases below. */
export const CHANGE_KINDS = ['deployment', 'configuration', 'scaling', 'maintenance'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Kinds of changes that may be rolled back. The others explain trouble to people, and nothing acts on them. */
export const REVERSIBLE_KINDS = ['deployment', 'configuration'] as const satisfies readonly ChangeKind[];
export type ReversibleKind = (typeof REVERSIBLE_KINDS)[number];

export function isReversible<Changed extends { readonly kind: ChangeKind }>(
  change: Changed,
): change is Changed & { readonly kind: ReversibleKind } {
  return REVERSIBLE_KINDS.some((kind) => kind === change.kind);
}

export const CHANGE_PHASES = ['started', 'finished', 'failed'] as const;
export type ChangePhase = (typeof CHANGE_PHASES)[number];

/** The longest id of a change that is kept. */
export const MAXIMUM_CHANGE_ID = 256;

/** Something that happened to a change of one component. Stored in exactly this shape, once for each delivery or several. */
export const changeEvent = lazily(() =>
  z.object({
    component: z.string(),
    source: z.enum(CHANGE_SOURCES),
    kind: z.enum(CHANGE_KINDS),
    /** As the source calls it: a deployment's id, a run of a pipeline. */
    changeId: z.string(),
    /** What it changes, where the source makes one change of that at a time: a later one replaces it. */
    resource: z.exactOptional(z.string()),
    phase: z.enum(CHANGE_PHASES),
    atMs: z.int().check(z.nonnegative()),
    /** One line for people. */
    summary: z.string(),
    link: z.exactOptional(z.string()),
    /** The operation of Selfheal's that made it: it is part of a repair. */
    operationId: z.exactOptional(z.string()),
  }),
);

export type ChangeEvent = Readonly<z.output<ReturnType<typeof changeEvent>>>;
