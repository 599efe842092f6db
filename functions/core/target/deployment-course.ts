/** What of a deployment says where it leads. */
interface Delivered {
  readonly id: string;
  readonly revision: string;
  readonly description: string;
  /** The id of the deployment from which CodeDeploy went back with this one. */
  readonly rollsBack?: string;
}

/** How far a deployment of Selfheal's goes back, or forward again: its description says so, since it takes no token. */
const DESCRIPTION = /^Selfheal \S+: (?:back from (\S+)|forward again to (\S+))$/;

/** What a deployment of Selfheal's is for, with the id of the deployment that is gone back from. */
export type Purpose = { readonly backFrom: string } | { readonly forwardTo: string };

export function deploymentDescription(operationId: string, stepId: string, purpose: Purpose): string {
  const what =
    'backFrom' in purpose ? `back from ${purpose.backFrom}` : `forward again to ${purpose.forwardTo}`;
  return `Selfheal ${operationId}/${stepId}: ${what}`;
}

/** Where a deployment leads, by the ids of deployments that were made for their own sake. */
export interface Course {
  /** The one that it brings again, since the rollback from it was undone. */
  readonly again?: string;
  /** The one that it goes back from. */
  readonly backFrom?: string;
}

/** Where the deployments to a group led. */
export interface Courses {
  readonly of: (id: string) => Course;
  /** Revisions that were rolled back, and not brought again since. */
  readonly rolledBack: ReadonlySet<string>;
}

/**
 * A rollback goes back from a deployment, by CodeDeploy or by Selfheal. Where CodeDeploy goes back from a rollback to the
 * revision that was bad, that one is there again, as after an undo of Selfheal's.
 *
 * @param history newest first
 * @returns `undefined` if it does not reach back to a deployment that another one goes back from, or brings again
 */
export function coursesOf(history: readonly Delivered[]): Courses | undefined {
  const known = new Map(history.map((one) => [one.id, one]));
  const courses = new Map<string, Course>();
  const rolledBack = new Set<string>();
  for (const one of history.toReversed()) {
    const [, described, forwardTo] = DESCRIPTION.exec(one.description) ?? [];
    const related = one.rollsBack ?? described ?? forwardTo;
    if (related === undefined) continue;
    const other = known.get(related);
    if (other === undefined) return undefined;
    const course = courseFrom(one, other, courses.get(other.id) ?? {}, related === forwardTo, known);
    courses.set(one.id, course);
    const bad = known.get(course.backFrom ?? course.again ?? '');
    if (bad === undefined) return undefined;
    if (course.again !== undefined) rolledBack.delete(bad.revision);
    else if (bad.revision !== one.revision) rolledBack.add(bad.revision);
  }
  return { rolledBack, of: (id) => courses.get(id) ?? {} };
}

function courseFrom(
  one: Delivered,
  other: Delivered,
  theirs: Course,
  isForward: boolean,
  known: ReadonlyMap<string, Delivered>,
): Course {
  const original = theirs.again ?? other.id;
  if (isForward) return { again: original };
  const bad = theirs.backFrom;
  if (bad !== undefined && known.get(bad)?.revision === one.revision) return { again: bad };
  return { backFrom: original };
}
