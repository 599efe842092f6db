import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { isStricter, MODES, type Mode } from '../../../functions/core/configuration/modes.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/** What was decided about a signal that passed every limit. */
type Decided = Of<'admitted' | 'observed' | 'proposed'>;

/**
 * 28. A mode lets nothing be done that it forbids, and holds nothing back once it has ended.
 *
 * What applies is the strictest of the configuration and of what people had set by then, which had not ended, for
 * everything, the group and the component. In observe mode nothing is begun, and nobody is asked; in propose mode nothing is
 * begun that was not proposed before. Nothing is held back without a mode that says so, whatever a person sets at run time
 * ends when they said, and no target is touched for an operation that was never admitted.
 */
export function keepsToModes(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const decided: readonly Decided[] = [
    ...trace.of('admitted'),
    ...trace.of('observed'),
    ...trace.of('proposed'),
  ];
  return [
    ...decided.flatMap((each) => problemOf(evidence, each)),
    ...withoutAdmission(evidence),
    ...endsOfModes(evidence),
  ];
}

function problemOf(evidence: Evidence, decided: Decided): readonly string[] {
  const { operationId, component } = operationOf(decided);
  const what = `${operationId} was ${decided.kind} on ${component}`;
  const mode = modeOf(evidence, decided);
  const configurations = inForce(evidence, decided.atMs);
  const least = configurations.map((each) => strictest(certain(evidence, each, decided)));
  if (least.every((needed) => isStricter(needed, mode))) return [`${what} in mode ${least[0]}`];
  const most = configurations.map((each) => strictest(possible(evidence, each, decided)));
  return most.every((needed) => isStricter(mode, needed)) ? [`${what}, and the mode was ${most[0]}`] : [];
}

/** The loosest mode in which it may be decided like that. */
function modeOf({ trace }: Evidence, decided: Decided): Mode {
  if (decided.kind === 'observed') return 'observe';
  if (decided.kind === 'proposed') return 'propose';
  const { operationId } = decided.operation;
  // What people approve may be begun in auto mode, too, if that applies meanwhile.
  const isApproved = trace.of('approved').some((each) => each.proposalId === operationId);
  return isApproved ? 'propose' : 'auto';
}

/** What holds whatever the clocks say; of the ladder, the strategy that was taken. */
function certain(evidence: Evidence, configuration: CompiledConfiguration, decided: Decided) {
  const { strategyId } = operationOf(decided);
  const own = configuration.strategies.filter(({ id }) => id === strategyId);
  return modesFor(evidence, configuration, decided, SKEW_MS).concat(own.map(({ mode }) => mode));
}

/** What may hold: a strategy earlier on the ladder may be stricter. An approved repair may be begun whatever holds. */
function possible(evidence: Evidence, configuration: CompiledConfiguration, decided: Decided) {
  if (decided.kind === 'admitted') return ['observe' as const];
  const ladder = configuration.strategies.map(({ mode }) => mode);
  return modesFor(evidence, configuration, decided, -SKEW_MS).concat(ladder);
}

function modesFor(
  { trace }: Evidence,
  { settings, groups, components }: CompiledConfiguration,
  decided: Decided,
  skewMs: number,
): readonly (Mode | undefined)[] {
  const { component } = operationOf(decided);
  const { group = '', mode } = components[component] ?? {};
  const parts = new Set(['mode everything', `group-mode ${group}`, `component-mode ${component}`]);
  const latest = new Map(
    trace
      .of('overridden')
      .filter(({ index }) => index < decided.index)
      .map(({ scope: { kind, name }, override }) => [`${kind} ${name}`, override.setting]),
  );
  const set = [...latest].map(([part, setting]) => {
    const untilMs = setting?.untilMs ?? Number.POSITIVE_INFINITY;
    return parts.has(part) && untilMs > decided.grant.startedAtMs + skewMs ? setting?.mode : undefined;
  });
  return [settings.mode, groups[group]?.mode, mode, ...set];
}

function strictest(modes: readonly (Mode | undefined)[]): Mode {
  return MODES.find((mode) => modes.includes(mode)) ?? 'auto';
}

function operationOf(decided: Decided) {
  return decided.kind === 'proposed' ? decided.proposal.operation : decided.operation;
}

function withoutAdmission({ trace }: Evidence): readonly string[] {
  const admitted = new Map(trace.of('admitted').map((each) => [each.operation.operationId, each.index]));
  return trace
    .of('effect')
    .filter(({ effect, index }) => (admitted.get(effect.operationId) ?? index) >= index)
    .map(({ effect }) => `${effect.action} on ${effect.instanceId}, and ${effect.operationId} never began`);
}

const DAY_SECONDS = 86_400;

/** What is set ends when the person who set it said, or after a day. */
function endsOfModes({ trace, busLog }: Evidence): readonly string[] {
  const given = busLog.filter(({ detail }) => (detail as SetMode).command === 'set_mode');
  return trace.of('overridden').flatMap(({ scope, override: { setting, givenAtMs } }) => {
    if (setting === undefined) return [];
    // Events carry their time in seconds: somebody may have set it twice in one.
    const seconds = given.flatMap((event) => {
      const { mode, component, group = 'everything', for: span } = event.detail as SetMode;
      const isPart = (component ?? group) === scope.name && mode === setting.mode;
      return isPart && Date.parse(event.time) === givenAtMs
        ? [span === undefined ? DAY_SECONDS : Number.parseInt(span, 10)]
        : [];
    });
    return seconds.some((each) => setting.untilMs === givenAtMs + each * 1_000)
      ? []
      : [
          `the mode of ${scope.name}, set for ${seconds.join(' or ')} s, ends at ${setting.untilMs ?? 'no time'}`,
        ];
  });
}

interface SetMode {
  readonly command?: string;
  readonly mode?: Mode;
  readonly component?: string;
  readonly group?: string;
  readonly for?: string;
}
