import { unreadyState } from '../../core/target/function-state.ts';
import { type AliasPointer, rolledBack } from '../../core/target/lambda-alias.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { FunctionVersion, FunctionVersions } from '../../ports/function-versions.ts';

export interface VersionStateDeps {
  readonly versions: Pick<FunctionVersions, 'read' | 'published'>;
  readonly clock: Clock;
}

/** Lambda carries out most changes within seconds; the function that waits for it has a minute. */
const LOOKS = 12;
const BETWEEN_LOOKS_MS = 2_000;

/** A version, once Lambda has ended what it is doing. @throws ServiceUnavailable if it takes longer: ask again */
export async function readUntil(
  {
    versions,
    clock,
  }: Pick<VersionStateDeps, 'clock'> & { readonly versions: Pick<FunctionVersions, 'read'> },
  functionName: string,
  version: string,
  isOver: (found: FunctionVersion) => boolean,
): Promise<FunctionVersion> {
  for (let look = 1; ; look += 1) {
    const found = await versions.read(functionName, version);
    if (isOver(found)) return found;
    if (look === LOOKS)
      throw new ServiceUnavailable(`Lambda is still preparing ${functionName}:${version}; it is asked again`);
    await clock.sleep(BETWEEN_LOOKS_MS);
  }
}

/** Why requests to a version would fail, once it is no longer being prepared; `undefined` if Lambda serves it. */
export async function unreadyVersion(
  deps: Parameters<typeof readUntil>[0],
  functionName: string,
  version: string,
): Promise<(Pick<FunctionVersion, 'state'> & { readonly why: string }) | undefined> {
  const found = await readUntil(deps, functionName, version, ({ state }) => state !== 'Pending');
  const why = unreadyState(found);
  return why === undefined ? undefined : { state: found.state, why: `version ${version} ${why}` };
}

/**
 * Where an alias points after a rollback: to a version that Lambda serves. One that failed is passed over, as it can serve
 * nobody. One that is inactive stops the rollback, since every request to it would fail until it is prepared: it may be the
 * right one all the same, so no older one replaces it.
 *
 * @see rolledBack
 */
export async function servingVersion(
  deps: VersionStateDeps,
  functionName: string,
  pointer: AliasPointer,
  named: string | undefined,
): Promise<AliasPointer | { readonly problem: string }> {
  const published = await deps.versions.published(functionName);
  const passedOver = new Map<string, string>();
  const isChosenFreely = named === undefined && Object.keys(pointer.weights).length === 0;
  for (;;) {
    const left = published.filter(({ version }) => !passedOver.has(version));
    const chosen = rolledBack(pointer, left, named);
    if ('problem' in chosen) return { problem: [chosen.problem, ...passedOver.values()].join('; ') };
    const unready = await unreadyVersion(deps, functionName, chosen.version);
    if (unready === undefined) return chosen;
    if (unready.state !== 'Failed' || !isChosenFreely)
      return { problem: `${unready.why}${remedy(unready.state, functionName, chosen.version)}` };
    passedOver.set(chosen.version, unready.why);
  }
}

/** What a person can do about it. */
function remedy(state: string, functionName: string, version: string): string {
  return state === 'Inactive'
    ? `. Invoke \`${functionName}:${version}\` once, and roll back when it is Active, or name another \`version\``
    : '';
}
