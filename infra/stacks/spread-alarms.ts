import { createHash } from 'node:crypto';
import type { PlannedAlarm } from '../../functions/core/configuration/planned-alarms.ts';
import { MAXIMUM_ALARM_STACKS } from '../../functions/core/configuration/schema/schema.ts';
import { UndeployableAlarms } from '../constructs/undeployable-alarms.ts';
import { QUOTAS } from '../quotas/quotas.ts';

/** One resource is the CDK's own. */
const ALARMS_IN_A_STACK = QUOTAS.stackResources.limit - 1;

/**
 * How many stacks a fleet gets if one stack can't hold it, unless the configuration sets a number: room for some 5,000
 * alarms.
 */
const STACKS_OF_A_LARGE_FLEET = 16;

/** The alarms of one stack; several components share it, and no component is in two. */
export interface AlarmStackContent {
  readonly stackId: string;
  readonly alarms: readonly PlannedAlarm[];
}

/**
 * Spreads the alarms over stacks, by component.
 *
 * A component's stack follows from its name and the number of stacks alone, by rendezvous hashing: adding or removing
 * components moves no others, and a higher number moves alarms only to the new stacks. That matters because alarms have
 * names of their own, so CloudFormation can't create one in a stack while another stack still has it. Each stack is
 * deployed after those before it, which have then deleted what moves.
 *
 * @param alarmStacks `undefined` for one stack, or for the default number if the alarms don't fit
 * @throws UndeployableAlarms if a stack gets more than it holds
 */
export function spreadAlarms(
  planned: readonly PlannedAlarm[],
  alarmStacks: number | undefined,
): readonly AlarmStackContent[] {
  const count = alarmStacks ?? (planned.length <= ALARMS_IN_A_STACK ? 1 : STACKS_OF_A_LARGE_FLEET);
  const contents = contentsOf(planned, count);
  const overfull = contents.find(({ alarms }) => alarms.length > ALARMS_IN_A_STACK);
  if (overfull) throw new UndeployableAlarms('TOO_MANY_ALARMS', overfullMessage(planned, overfull, count));
  return contents;
}

function contentsOf(planned: readonly PlannedAlarm[], count: number): readonly AlarmStackContent[] {
  const byStack = Map.groupBy(planned, ({ component }) => stackOf(component, count));
  return Array.from({ length: count }, (_, index) => ({
    stackId: index === 0 ? 'SelfhealAlarms' : `SelfhealAlarms${index + 1}`,
    alarms: byStack.get(index) ?? [],
  }));
}

/** 0 to `count` - 1: the stack whose hash with the component's name is the highest. */
function stackOf(component: string, count: number): number {
  let best = 0;
  let highest = '';
  for (let index = 0; index < count; index++) {
    const hash = createHash('sha256').update(`${index}\n${component}`).digest('hex');
    if (hash > highest) [best, highest] = [index, hash];
  }
  return best;
}

function overfullMessage(
  planned: readonly PlannedAlarm[],
  { stackId, alarms }: AlarmStackContent,
  count: number,
): string {
  const problem = `${alarms.length} alarms to create in the stack ${stackId}, which holds ${ALARMS_IN_A_STACK}`;
  const enough = Array.from({ length: MAXIMUM_ALARM_STACKS - count }, (_, index) => count + index + 1).find(
    (more) => contentsOf(planned, more).every(({ alarms }) => alarms.length <= ALARMS_IN_A_STACK),
  );
  if (enough !== undefined) return `${problem}; write \`alarmStacks: ${enough}\` under \`settings\``;
  const [[largest = '', own = []] = []] = [...Map.groupBy(planned, ({ component }) => component)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  return (
    `${problem}, and no number of stacks up to ${MAXIMUM_ALARM_STACKS} is enough; ` +
    `split component ${largest}, which has ${own.length} alarms, or create alarms elsewhere and \`adopt\` them`
  );
}
