import type { AwsConfig } from '../factories/deployed-engine/queues.ts';
import { describe, type Grant } from './grant.ts';
import { queueGrants, ruleGrants } from './resource-grants.ts';
import { roleGrants } from './role-grants.ts';

/** Every grant of the roles that the deployed stacks have, and of the functions and queues that rules may use. */
export async function listGrants(aws: AwsConfig): Promise<readonly Grant[]> {
  const lists = await Promise.all([roleGrants(aws), ruleGrants(aws), queueGrants(aws)]);
  return lists.flat().sort((a, b) => describe(a.name).localeCompare(describe(b.name)));
}
