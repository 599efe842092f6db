import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/** Settings that are written with the token of the read before, so that nothing can come between. */
const GUARDED = new Set(['alias']);

/**
 * 24. Nothing that someone else changed meanwhile is overwritten, neither by an action nor by its undo.
 *
 * Meanwhile means, for an action, since its step put on record what it was about to change; for an undo, since the action
 * changed it. Exempt is what no engine can tell apart: a value that another person has set back to what it was, or to what the
 * step had on record as intended; and, where the service has no token, a change between the last read and the write. And a step changes no setting before the
 * change is on record.
 */
export function overwritesNothing(evidence: Evidence): readonly string[] {
  return evidence.trace.of('set').flatMap((written) => {
    const { operationId, stepId, component, setting, before, after } = written;
    const what = `${stepId} of ${operationId} set ${setting} of ${component} from ${before} to ${after}`;
    const since = isUndo(written) ? doneBefore(evidence, written) : keptBy(evidence, written);
    if (since === undefined && !isAsIntended(evidence, written))
      return [`${what}, ${isUndo(written) ? 'which it had not changed' : 'which was not on record'}`];
    const theirs = lastOfOthers(evidence, written);
    if (since === undefined || theirs === undefined || theirs.index < since.index || since.values.has(before))
      return [];
    return isUnseen(evidence, theirs, written) ? [] : [`${what}, which someone else had set meanwhile`];
  });
}

/** What a repair has drained, it puts back itself; and a lift undoes what another operation has done. */
const UNDOES: ReadonlySet<string> = new Set(['restore_target', 'restore_network']);

function isUndo({ stepId, action }: Of<'set'>): boolean {
  return !stepId.startsWith('heal-') || UNDOES.has(action);
}

interface Since {
  readonly index: number;
  /** What the setting had to be, one of these, for the step to change it. */
  readonly values: ReadonlySet<string | undefined>;
}

/** When the step recorded what it was about to change, and what the setting was then, or when it was read for that. */
function keptBy({ trace }: Evidence, written: Of<'set'>): Since | undefined {
  const kept = trace.of('change-kept').find((each) => isSameStep(each, written));
  if (kept === undefined || kept.index > written.index) return undefined;
  const reads = trace
    .of('resource-read')
    .filter((each) => each.component === kept.component && each.invocation === kept.invocation)
    .flatMap(({ beganAt, index }) => (index < kept.index ? [beganAt] : []));
  return {
    index: kept.index,
    values: new Set([kept.index, ...reads].map((at) => valueAt(trace, written, at))),
  };
}

/** When the operation, or the one that it lifts, last changed what it undoes now. */
function doneBefore({ trace }: Evidence, written: Of<'set'>): Since | undefined {
  const { lifts } =
    trace.of('admitted').find(({ operation }) => operation.operationId === written.operationId)?.operation
      .alert ?? {};
  const done = trace
    .of('set')
    .findLast(
      (each) =>
        each.index < written.index &&
        (each.operationId === written.operationId || each.operationId === lifts) &&
        each.setting === written.setting &&
        !isUndo(each),
    );
  return done && { index: done.index, values: new Set([done.after]) };
}

/** Whether it undoes what the operation had on record, and someone else has set just so. */
function isAsIntended({ trace }: Evidence, written: Of<'set'>): boolean {
  const kept = trace.of('change-kept').find(({ operationId, stepId, index }) => {
    const isRepair = operationId === written.operationId && stepId.startsWith('heal-');
    return isRepair && index < written.index;
  });
  const isTheirs = lastOfOthers({ trace }, written) !== undefined || isLeaving({ trace }, written);
  return isUndo(written) && kept !== undefined && isTheirs;
}

/** Whether it is the registration of a host that its group has terminated: that takes it out of its load balancer, too. */
function isLeaving({ trace }: Pick<Evidence, 'trace'>, { component, setting, index }: Of<'set'>): boolean {
  const life = setting.replace(/^registration of /, 'life of ');
  return trace
    .of('set-by-others')
    .some((each) => each.component === component && each.setting === life && each.index < index);
}

function isSameStep(one: Of<'change-kept'>, other: Of<'set'>): boolean {
  return one.operationId === other.operationId && one.stepId === other.stepId;
}

/** The value of a setting at some point; `undefined` if nobody had changed it by then. */
function valueAt(
  trace: Evidence['trace'],
  { component, setting }: Of<'set'>,
  index: number,
): string | undefined {
  const isBefore = (each: Of<'set' | 'set-by-others'>) =>
    each.component === component && each.setting === setting && each.index < index;
  const own = trace.of('set').findLast(isBefore);
  const theirs = trace.of('set-by-others').findLast(isBefore);
  return (own?.index ?? -1) > (theirs?.index ?? -1) ? own?.after : theirs?.value;
}

/** The change of another person that a write replaces; `undefined` if it replaces none. */
function lastOfOthers(
  { trace }: Pick<Evidence, 'trace'>,
  written: Of<'set'>,
): Of<'set-by-others'> | undefined {
  return trace
    .of('set-by-others')
    .findLast(
      ({ component, setting, value, index }) =>
        component === written.component &&
        setting === written.setting &&
        value === written.before &&
        index < written.index,
    );
}

/** Whether it came after the last look of the invocation that wrote. */
function isUnseen({ trace }: Evidence, theirs: Of<'set-by-others'>, written: Of<'set'>): boolean {
  if (GUARDED.has(written.setting)) return false;
  return !trace
    .of('resource-read')
    .some(
      ({ component, invocation, beganAt, index }) =>
        component === written.component &&
        invocation === written.invocation &&
        beganAt > theirs.index &&
        index < written.index,
    );
}
