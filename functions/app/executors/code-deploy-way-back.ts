import { type AliasShift, aliasShift, turnedRound } from '../../core/target/alias-shift.ts';
import { type CodeDeployment, type WayBack, wayBack } from '../../core/target/code-deployment.ts';
import { aliasName, describePointer } from '../../core/target/lambda-alias.ts';
import type { TargetRef } from '../../core/target/target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CodeDeployments } from '../../ports/code-deployments.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';

export interface WayBackDeps {
  readonly codeDeployments: Pick<CodeDeployments, 'since' | 'withAppSpec'>;
  readonly aliases: Pick<LambdaAliases, 'read'>;
  readonly clock: Clock;
}

/** Most groups are deployed to every week. Each look reads only what is older than the one before. */
const HISTORIES_DAYS = [7, 30, 60, 90, 180, 365, 500];
/** Every instance that Auto Scaling launches is a deployment, too: what is read so far takes some seconds. */
const DEPLOYMENTS_AT_MOST = 5_000;
const DAY_MS = 86_400_000;

/** Why nothing is deployed. `isTheirs`: someone else has deployed what is there. */
export interface NoWayBack {
  readonly problem: string;
  readonly isTheirs?: true;
}

/** What is gone back from, and the revision that is deployed for that, with its AppSpec if it has one. */
export interface FoundWay extends WayBack {
  readonly revision: string;
}

/** Looks in the history of a deployment group for the way back, further and further. */
export async function findWayBack(
  deps: WayBackDeps,
  group: string,
  target: TargetRef,
  suspect: Parameters<typeof wayBack>[1],
): Promise<FoundWay | NoWayBack> {
  const nowMs = deps.clock.nowMs();
  const history: CodeDeployment[] = [];
  const known = new Set<string>();
  let untilMs: number | undefined;
  for (const days of HISTORIES_DAYS) {
    const sinceMs = nowMs - days * DAY_MS;
    const older = await deps.codeDeployments.since(group, sinceMs, untilMs);
    untilMs = sinceMs;
    for (const one of older.filter(({ id }) => !known.has(id))) {
      known.add(one.id);
      history.push(one);
    }
    const found = wayBack(history, suspect, target.kind);
    if (found) return 'problem' in found ? found : await withRevision(deps, group, target.id, found);
    if (history.length >= DEPLOYMENTS_AT_MOST)
      return {
        problem: `no earlier revision was deployed successfully among its last ${history.length} deployments, within ${days} days; its history is read no further`,
      };
  }
  return { problem: `no earlier revision was deployed successfully within ${HISTORIES_DAYS.at(-1)} days` };
}

async function withRevision(
  { codeDeployments }: WayBackDeps,
  group: string,
  id: string,
  found: WayBack,
): Promise<FoundWay | NoWayBack> {
  const revision = await codeDeployments.withAppSpec(group, found.good.revision);
  if (!found.isTurnedRound) return { ...found, revision };
  const shift = aliasShift(revision, id);
  if ('problem' in shift) return { problem: `${found.good.id}: ${shift.problem}` };
  return { ...found, revision: turnedRound(revision, shift) };
}

/**
 * Why a revision is not deployed to an alias now: CodeDeploy shifts requests only from the version that has all of them,
 * and anything else that the alias points to is someone else's.
 *
 * @returns `undefined` if it may be deployed, or is deployed to something else; `isThere` if the alias serves it already
 */
export async function unfitAlias(
  { aliases }: Pick<WayBackDeps, 'aliases'>,
  { kind, id }: TargetRef,
  revision: string,
): Promise<{ readonly detail: string; readonly isThere: boolean } | undefined> {
  if (kind !== 'lambda_alias') return undefined;
  const shift = aliasShift(revision, id);
  if ('problem' in shift) return { detail: shift.problem, isThere: false };
  const { pointer } = await aliases.read(aliasName(id));
  if (pointer.version === shift.from && isUnshared(pointer)) return undefined;
  const isThere = pointer.version === shift.to && isUnshared(pointer);
  return {
    detail: `alias ${id} points to ${describePointer(pointer)}, and not to version ${shift.from}, from which ${described(shift)}`,
    isThere,
  };
}

const isUnshared = ({ weights }: { readonly weights: object }) => Object.keys(weights).length === 0;
const described = ({ to }: AliasShift) => `CodeDeploy would shift it to version ${to}`;
