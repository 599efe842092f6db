import { describeAliasReference, parseAliasReference } from '../target/alias-reference.ts';
import { describeAppConfigReference, parseAppConfigReference } from '../target/app-config-reference.ts';
import { describeCodeDeployReference, parseCodeDeployReference } from '../target/code-deploy-reference.ts';
import { describeDatabaseReference, parseDatabaseReference } from '../target/database-reference.ts';
import { describeGroupHealthReference, parseGroupHealthReference } from '../target/group-health-reference.ts';
import { describeInstanceReference, parseInstanceReference } from '../target/instance-reference.ts';
import {
  describeRegistrationReference,
  parseRegistrationReference,
} from '../target/registration-reference.ts';
import { describeReplacementReference, parseReplacementReference } from '../target/replacement-reference.ts';
import { describeRollbackReference, parseRollbackReference } from '../target/service-rollback.ts';
import { parseFunctionReference } from './function-reference.ts';

/** The executors whose actions go on by themselves; those of any other are done when they were begun. */
export const LASTING_EXECUTORS = ['run_command', 'automation', 'function', 'resource'] as const;
export type LastingExecutor = (typeof LASTING_EXECUTORS)[number];

/** An action that was begun and goes on by itself, by the name that its executor's service gave it. */
export interface ActionReference {
  readonly executor: LastingExecutor;
  /** The command's id, for Run Command; the execution's, for Automation; the function and its key; `cluster/service/deployment`; what was begun on instances, in their target group or Auto Scaling group, on an alias, on a database, or by CodeDeploy or AppConfig. */
  readonly id: string;
}

const NOUNS: Readonly<Record<LastingExecutor, string>> = {
  run_command: 'command',
  automation: 'automation',
  function: 'the work of function',
  resource: 'deployment',
};

/** Whether an action can be kept from going on. A deployment or a reboot cannot. */
export function canBeCancelled({ executor }: ActionReference): boolean {
  return executor !== 'resource';
}

/** For people: `command 0f3a…`. */
export function describeReference({ executor, id }: ActionReference): string {
  if (executor === 'function') return `${NOUNS.function} ${parseFunctionReference(id).functionName}`;
  const ofResource = executor === 'resource' ? describeResourceReference(id) : undefined;
  return ofResource ?? `${NOUNS[executor]} ${id}`;
}

/** @returns `undefined` for a deployment, which has an id */
function describeResourceReference(id: string): string | undefined {
  const ofInstances = parseInstanceReference(id);
  if (ofInstances) return describeInstanceReference(ofInstances);
  const ofHealth = parseGroupHealthReference(id);
  if (ofHealth) return describeGroupHealthReference(ofHealth);
  const inGroup = parseRegistrationReference(id);
  if (inGroup) return describeRegistrationReference(inGroup);
  const ofMembers = parseReplacementReference(id);
  if (ofMembers) return describeReplacementReference(ofMembers);
  const ofAlias = parseAliasReference(id);
  if (ofAlias) return describeAliasReference(ofAlias);
  const ofCodeDeploy = parseCodeDeployReference(id);
  if (ofCodeDeploy) return describeCodeDeployReference(ofCodeDeploy);
  const ofAppConfig = parseAppConfigReference(id);
  if (ofAppConfig) return describeAppConfigReference(ofAppConfig);
  const ofRollback = parseRollbackReference(id);
  if (ofRollback) return describeRollbackReference(ofRollback);
  const ofDatabase = parseDatabaseReference(id);
  return ofDatabase && describeDatabaseReference(ofDatabase);
}
