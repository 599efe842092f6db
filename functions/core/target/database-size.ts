import { type DbInstance, readiness } from './database.ts';
import { compareClasses } from './instance-class.ts';

/** What an instance of RDS has, or is to have, of what it may run out of. */
export type DatabaseSize =
  | { readonly instanceClass: string; readonly storageGiB?: undefined }
  | { readonly storageGiB: number; readonly instanceClass?: undefined };

type Problem = { readonly problem: string };

/** For people: `db.r6g.large`, or `100 GiB`. */
export function describeDatabaseSize({ instanceClass, storageGiB }: DatabaseSize): string {
  return instanceClass ?? `${storageGiB} GiB`;
}

/** The size of an instance as it is, or as it is about to be. */
export function sizeNow(instance: DbInstance, part: keyof DatabaseSize): DatabaseSize {
  const { instanceClass, storage, pending } = instance;
  return part === 'instanceClass'
    ? { instanceClass: pending.instanceClass ?? instanceClass }
    : { storageGiB: pending.storageGiB ?? storage.giB };
}

/** The next size of an instance on a ladder of classes, or of amounts of storage. */
export function nextDatabaseSize(
  instance: DbInstance,
  ladder: readonly DatabaseSize[],
): DatabaseSize | Problem {
  const classes = ladder.flatMap(({ instanceClass }) => instanceClass ?? []);
  return classes.length > 0
    ? nextClass(instance, classes)
    : nextStorage(
        instance,
        ladder.flatMap(({ storageGiB }) => storageGiB ?? []),
      );
}

/** The class after the present one; where that is not on the ladder, the first that is known to be greater. */
function nextClass({ instanceClass }: DbInstance, classes: readonly string[]): DatabaseSize | Problem {
  const at = classes.indexOf(instanceClass);
  const next =
    at >= 0 ? classes[at + 1] : classes.find((other) => (compareClasses(other, instanceClass) ?? 0) > 0);
  if (next !== undefined) return { instanceClass: next };
  return {
    problem:
      at >= 0
        ? `it is ${instanceClass}, the last class on the ladder`
        : `it is ${instanceClass}, and the ladder has neither that class nor a greater one of its family`,
  };
}

function nextStorage({ storage, cluster }: DbInstance, amounts: readonly number[]): DatabaseSize | Problem {
  const { giB, maximumGiB } = storage;
  if (cluster !== undefined)
    return { problem: `it belongs to the cluster ${cluster}, which allocates its storage by itself` };
  const next = amounts.find((amount) => amount * 10 >= giB * 11);
  if (next === undefined)
    return {
      problem: `it has ${giB} GiB, and the ladder has no amount that is greater by 10 %, as RDS asks for`,
    };
  if (maximumGiB !== undefined && next > maximumGiB)
    return {
      problem: `it has ${giB} GiB, and ${next} GiB would be more than the ${maximumGiB} GiB at which its storage autoscaling ends`,
    };
  return { storageGiB: next };
}

/** Why a size is not changed now; `undefined` if it may be. */
export function resizeProblem(
  { status, pending, optimizedPercent }: DbInstance,
  part: keyof DatabaseSize,
): string | undefined {
  const mayBe = MAY_BE_RESIZED[part];
  if (isOptimizedFirst(status, part))
    return `RDS is still optimizing its storage (${optimizedPercent ?? 0} %), and ${ONE_CHANGE_OF_STORAGE}`;
  if (!mayBe.includes(status))
    return `it is ${status}, and is only changed while it is ${mayBe.join(' or ')}`;
  const other = part === 'instanceClass' ? pending.storageGiB : pending.instanceClass;
  const waiting = [...pending.others, ...(other === undefined ? [] : ['its size'])];
  if (waiting.length === 0) return undefined;
  return `changes by someone else are pending (${waiting.join(', ')}), and would be applied at once with this one`;
}

/**
 * Whether RDS is busy with an instance, and changes a size only after that. It takes hours to optimize storage, which is
 * no such case.
 */
export function isBusyForResize({ status }: Pick<DbInstance, 'status'>, part: keyof DatabaseSize): boolean {
  if (isOptimizedFirst(status, part) || MAY_BE_RESIZED[part].includes(status)) return false;
  return readiness(status) !== 'stuck';
}

const isOptimizedFirst = (status: string, part: keyof DatabaseSize): boolean =>
  part === 'storageGiB' && status === 'storage-optimization';

/** Why the first change of a size would replace one that someone else has scheduled; `undefined` if it would not. */
export function pendingProblem({ pending }: DbInstance, part: keyof DatabaseSize): string | undefined {
  const scheduled = pending[part];
  if (scheduled === undefined) return undefined;
  return `a change by someone else to ${part === 'instanceClass' ? scheduled : `${scheduled} GiB`} is pending, and would be replaced by this one`;
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.ScalingUp.html */
export const ONE_CHANGE_OF_STORAGE =
  'takes no further change of storage until that is complete, and six hours after the last one at the earliest';

/** A class may be changed while storage is optimized; a full disk is what more storage is for. */
const MAY_BE_RESIZED: Readonly<Record<keyof DatabaseSize, readonly string[]>> = {
  instanceClass: ['available', 'storage-optimization'],
  storageGiB: ['available', 'storage-full'],
};

/** From this size on, in GiB, storage of type gp3 has IOPS of its own; none of the other engines has such a limit. */
const GP3_OWN_IOPS: readonly (readonly [engine: RegExp, giB: number])[] = [
  [/^db2/, 100],
  [/oracle/, 200],
  [/^(mariadb|mysql|postgres)/, 400],
];

/**
 * The IOPS to name beside a new amount of storage: the present ones, where storage has IOPS of its own. RDS refuses
 * the request without them there, and with them elsewhere.
 */
export function iopsBeside({ engine, storage }: Pick<DbInstance, 'engine' | 'storage'>): number | undefined {
  const { type, iops, giB } = storage;
  if (type !== 'gp3') return iops;
  const [, least = 0] = GP3_OWN_IOPS.find(([pattern]) => pattern.test(engine)) ?? [];
  return giB >= least ? iops : undefined;
}

/** RDS may call an instance available for a while after it has accepted a change. */
const SHOWN_AFTER_MS = 120_000;

/**
 * How far a change of size has come.
 *
 * @param ageMs how long ago RDS accepted it
 */
export function resizeOutcome(
  instance: DbInstance,
  to: DatabaseSize,
  ageMs: number,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  const { status, instanceClass, storage, pending } = instance;
  const isThere =
    to.instanceClass === undefined ? storage.giB >= to.storageGiB : instanceClass === to.instanceClass;
  const isPending =
    (to.instanceClass === undefined ? pending.storageGiB : pending.instanceClass) !== undefined;
  const detail = `the instance is ${status}, with ${instanceClass} and ${storage.giB} GiB`;
  const mayNotHaveBegun = isPending || ageMs < SHOWN_AFTER_MS;
  // It leaves this status when its storage grows.
  const isFull = status === 'storage-full' && (isThere || mayNotHaveBegun);
  if (readiness(status) === 'stuck' && !isFull) return { outcome: 'FAILED', detail };
  if (readiness(status) !== 'serving' || isPending) return { detail };
  if (isThere) return { outcome: 'SUCCEEDED', detail };
  return mayNotHaveBegun ? { detail } : { outcome: 'FAILED', detail };
}
