const SMALL_SIZES = ['micro', 'small', 'medium', 'large'];

/** The family of an instance class, and how great it is in there; `undefined` for one that cannot be compared. */
function rankOf(instanceClass: string): { readonly family: string; readonly rank: number } | undefined {
  const [, family, size = ''] = /^db\.([a-z0-9-]+)\.([a-z0-9]+)$/.exec(instanceClass) ?? [];
  if (family === undefined) return undefined;
  const rank = SMALL_SIZES.indexOf(size);
  if (rank >= 0) return { family, rank };
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (times === undefined) return undefined;
  return { family, rank: SMALL_SIZES.length + Number(times || 1) };
}

/** How much greater a class of database instances is than another; `undefined` if they are not of one family. */
export function compareClasses(one: string, other: string): number | undefined {
  const [greater, less] = [rankOf(one), rankOf(other)];
  if (greater === undefined || greater.family !== less?.family) return undefined;
  return greater.rank - less.rank;
}

/** A size as a ladder names it. */
interface Rung {
  readonly instanceClass?: string | undefined;
  readonly storageGiB?: number | undefined;
}

/** Whether a size may follow another on a ladder: more storage, or a class that is not known to be smaller. */
export function mayFollow(to: Rung, from: Rung): boolean {
  if (to.storageGiB !== undefined && from.storageGiB !== undefined) return to.storageGiB > from.storageGiB;
  if (to.instanceClass === undefined || from.instanceClass === undefined) return false;
  const difference = compareClasses(to.instanceClass, from.instanceClass);
  return difference === undefined ? to.instanceClass !== from.instanceClass : difference > 0;
}
