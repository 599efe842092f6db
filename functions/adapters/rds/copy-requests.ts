import type { Tag } from '@aws-sdk/client-rds';
import type { DatabaseCopy } from '../../core/target/database-copy.ts';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';

/** The tags of a copy. */
const STEP = 'selfheal:step';
const COPY_OF = 'selfheal:copy-of';
const SNAPSHOT = 'selfheal:snapshot';

/** Tags that say which step has made a copy, and of what. */
export function tagsOf(madeBy: string, original: string, snapshot?: string): Tag[] {
  return [
    { Key: STEP, Value: madeBy },
    { Key: COPY_OF, Value: original },
    ...(snapshot === undefined ? [] : [{ Key: SNAPSHOT, Value: snapshot }]),
  ];
}

/** What its tags say of a copy. */
export function originOf(tags: readonly Tag[]): Pick<DatabaseCopy, 'madeBy' | 'snapshot'> {
  const tagged = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const [madeBy, snapshot] = [tagged(STEP), tagged(SNAPSHOT)];
  return { ...(madeBy !== undefined && { madeBy }), ...(snapshot !== undefined && { snapshot }) };
}

/** A default group is one for a version, which may be another than the snapshot's: RDS itself chooses that of the copy's. */
export function ownGroup(name: string | undefined): string | undefined {
  return name !== undefined && /^default[.:]/.test(name) ? undefined : name;
}

/** RDS is busy with an instance or a cluster, such as with a backup that it has begun since it was read. */
const NOT_YET = /^InvalidDB(Cluster|Instance)State(Fault)?$/;

/** @throws ServiceUnavailable if RDS refuses it in the present state, which may pass */
export async function onceItMay(call: string, sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof RequestRefused && NOT_YET.test(error.serviceCode ?? ''))) throw error;
    throw new ServiceUnavailable(error.message, { call, cause: error });
  }
}

/** Leaves out the refusal of what is done already. */
export async function unless(done: RegExp, sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof RequestRefused && done.test(error.message))) throw error;
  }
}
