import type { Size } from '../target/size-ladder.ts';
import type { TargetKind } from '../target/target.ts';
import type { ActionParams } from './action-definition.ts';
import { LONGEST_FUNCTION_SECONDS } from './value-rules.ts';

/*
 * What in the `params` of actions means nothing to targets of a kind. Configurations are checked by it, and nothing else:
 * the functions’ bundles leave it out.
 */

type Parts = Readonly<Partial<Record<TargetKind, readonly string[]>>>;

/** The parts of a size that targets of a kind have. */
const SIZES: Parts = {
  lambda_alias: ['memoryMiB'],
  ecs_service: ['memoryMiB', 'cpuUnits'],
  host: ['memoryMiB', 'cpuPercent'],
  db_instance: ['instanceClass', 'storageGiB'],
};
const FUNCTION_MIB = { least: 128, most: 10_240 };

/** Of `increase_resources`. @returns `undefined` if all means something */
export function unfitSize(kind: TargetKind, params: ActionParams): string | undefined {
  const ladder = params['ladder'] as readonly Size[];
  const known = SIZES[kind] ?? [];
  const unknownPart = ladder.flatMap((one) => Object.keys(one)).find((part) => !known.includes(part));
  if (unknownPart !== undefined)
    return `\`${unknownPart}\`: its sizes have ${known.join(kind === 'db_instance' ? ' or ' : ' and ')} only`;
  const outside = ladder.find(
    ({ memoryMiB = FUNCTION_MIB.least }) => memoryMiB < FUNCTION_MIB.least || memoryMiB > FUNCTION_MIB.most,
  );
  return kind === 'lambda_alias' && outside !== undefined
    ? `\`memoryMiB: ${outside.memoryMiB}\`: a function has ${FUNCTION_MIB.least} to ${FUNCTION_MIB.most} MiB`
    : undefined;
}

/** Of `adjust_timeout`. @returns `undefined` if all means something */
export function unfitTimeout(kind: TargetKind, { to }: ActionParams): string | undefined {
  return kind === 'lambda_alias' && Number(to) > LONGEST_FUNCTION_SECONDS
    ? `\`to: ${String(to)}\`: the time-out of a function is at most ${LONGEST_FUNCTION_SECONDS} s`
    : undefined;
}

/** Of `rollback_deployment`. @returns `undefined` if all means something */
export function unfitRollback(kind: TargetKind, params: ActionParams): string | undefined {
  const { by } = params;
  if (by === 'target')
    return kind === 'custom' ? '`by: target` is for hosts, aliases and services' : undefined;
  if (by === 'code_deploy' && kind === 'custom')
    return '`by: code_deploy` is for hosts, aliases and services';
  const named = ['version', 'revision', 'release'].find((part) => params[part] !== undefined);
  return (
    named &&
    `\`${named}\`: with \`by: ${String(by)}\`, the way back is the last release that was deployed before`
  );
}

/** What may be monitored more of targets of a kind. */
const MONITORED: Parts = {
  lambda_alias: ['tracing', 'logLevel'],
  ecs_service: ['containerInsights'],
  host: ['detailed', 'logLevel'],
};

/** Of `enable_monitoring`. @returns `undefined` if all means something */
export function unfitMonitoring(kind: TargetKind, { phase: _, ...parts }: ActionParams): string | undefined {
  const known = MONITORED[kind] ?? [];
  const asked = Object.keys(parts).filter((part) => parts[part] !== undefined && parts[part] !== false);
  const unknownPart = asked.find((part) => !known.includes(part));
  if (unknownPart !== undefined)
    return `\`${unknownPart}\`: use ${known.map((part) => `\`${part}\``).join(' or ')}`;
  return kind === 'host' && asked.length > 1
    ? '`detailed` and `logLevel`: EC2 and the host do them, each by an action of its own'
    : undefined;
}
