import type { SourceChange } from './source-change.ts';

/** A change of the source that no test can notice, because the program does the same with it. */
export interface EquivalentMutant
  extends Pick<SourceChange, 'path' | 'context' | 'original' | 'replacement'> {
  readonly reason: string;
}

/** Reviewed one by one. A test that could be written is not a reason: write it. */
const EQUIVALENT_MUTANTS: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/executors/ecs-service.ts',
    context: "const [cluster = '', service = '', ...rest] = id.split('/');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a reference names a cluster and a service; the compiler cannot know',
  },
  {
    path: 'functions/app/executors/fail-over.ts',
    context: "const code = error instanceof RequestRefused ? (error.serviceCode ?? '') : '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a code by which RDS says that it is busy',
  },
  {
    path: 'functions/app/executors/ec2-instance.ts',
    context: "const nodes = change === 'stop' ? [] : await runbooks.resolveTargets({ instanceIds: ids });",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'whether an agent is online says nothing of a stop',
  },
  {
    path: 'functions/app/executors/cluster-insights.ts',
    context: 'LEVELS.indexOf(present) < LEVELS.indexOf(wanted) ? wanted : present,',
    original: 'LEVELS.indexOf(present) < LEVELS.indexOf(wanted)',
    replacement: 'LEVELS.indexOf(present) <= LEVELS.indexOf(wanted)',
    reason: 'at the same level, the present one is the wanted one',
  },
  {
    path: 'functions/app/executors/change-setting.ts',
    context: "return typeof wanted === 'object' && wanted !== null && typeof wanted['problem'] === 'string';",
    original: "typeof wanted === 'object'",
    replacement: 'true',
    reason: 'a text, a number, true and false have no property of that name',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'to !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined && to !== undefined',
    replacement: 'from !== undefined || to !== undefined',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined && to !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/core/discovery/traced-dependencies.ts',
    context: 'else for (const further of byId.get(next)?.calls ?? []) met.add(further);',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'no service has a text as its id, so it leads nowhere',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'const byName = Map.groupBy(addresses, ({ name }) => name.toLowerCase());',
    original: 'name.toLowerCase()',
    replacement: 'name.toUpperCase()',
    reason: 'it is folded only to be compared, and everything in the same way',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'services: readonly EcsAddresses[] = [],',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is the address of no service',
  },
  {
    path: 'functions/core/investigation/masked-text.ts',
    context: 'if (next === known) break;',
    original: 'next === known',
    replacement: 'false',
    reason: 'a pass that changes nothing may be repeated',
  },
  {
    path: 'functions/core/investigation/resource-names.ts',
    context: "const [, name = ''] = targets.ecsService.split('/');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the configuration has `cluster/service`, or is refused; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/resource-names.ts',
    context: "const [name = ''] = targets.lambdaAlias.split(':');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a text that is split has a first part; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: "if (typeof value !== 'object' || value === null || depth === NESTED_AT_MOST) return undefined;",
    original: "typeof value !== 'object'",
    replacement: 'false',
    reason: 'a number, true or false has no entries',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: "function troubleIn(value: unknown, name = '', depth = 0): string | undefined {",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'what is read is an object, whose parts have names of their own',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: "const [first = '', second = ''] = name.split('.');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a name has a first part, and one without a second is read as it is; no field is named so',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: "const text = isAll || level !== undefined || SAYS_TROUBLE.test(own ?? '') ? own : undefined;",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither says what is wrong',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: "if (mayBeHarmless && HARMLESS.test(level ?? '')) return undefined;",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is the name of a level',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: 'if (json === undefined) return tellingLine(line);',
    original: 'json === undefined',
    replacement: 'false',
    reason: 'without JSON, there is no field, and the line is read all the same',
  },
  {
    path: 'functions/core/investigation/logged-message.ts',
    context: 'const json = start === -1 || wrappedAtMost === 0 ? undefined : parsed(line.slice(start));',
    original: 'start === -1',
    replacement: 'false',
    reason: 'without a brace, the last character is parsed: a digit at most, which says nothing of an error',
  },
  {
    path: 'functions/core/investigation/trace-causes.ts',
    context: 'const parts = path.map(oneLine).filter((part, index, all) => part !== all[index - 1]);',
    original: 'index - 1',
    replacement: 'index + 1',
    reason: 'of equal parts in a row, the last is kept instead of the first',
  },
  {
    path: 'functions/core/investigation/trace-causes.ts',
    context: '(one, other) => other.count - one.count || (one.text < other.text ? -1 : 1),',
    original: 'one.text < other.text',
    replacement: 'one.text <= other.text',
    reason: 'each cause has a text of its own, by which it was found',
  },
  {
    path: 'functions/core/investigation/log-signatures.ts',
    context:
      'other.count - one.count || one.firstMs - other.firstMs || (one.template < other.template ? -1 : 1),',
    original: 'one.template < other.template',
    replacement: 'one.template <= other.template',
    reason: 'each signature has a template of its own, by which it was found',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return at === undefined || text === undefined ? undefined : { at, text };',
    original: 'text === undefined',
    replacement: 'false',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return at === undefined || text === undefined ? undefined : { at, text };',
    original: 'at === undefined',
    replacement: 'false',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return at === undefined || text === undefined ? undefined : { at, text };',
    original: 'at === undefined || text === undefined',
    replacement: 'at === undefined && text === undefined',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return count === undefined || text === undefined ? undefined : { count: Number(count), text };',
    original: 'text === undefined',
    replacement: 'false',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return count === undefined || text === undefined ? undefined : { count: Number(count), text };',
    original: 'count === undefined',
    replacement: 'false',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/investigation/finding-lines.ts',
    context: 'return count === undefined || text === undefined ? undefined : { count: Number(count), text };',
    original: 'count === undefined || text === undefined',
    replacement: 'count === undefined && text === undefined',
    reason: 'a line of this form has both parts; the compiler cannot know',
  },
  {
    path: 'functions/core/learning/pattern.ts',
    context: '.toSorted((a, b) => b.samples - a.samples || (patternKey(a) < patternKey(b) ? -1 : 1));',
    original: 'patternKey(a) < patternKey(b)',
    replacement: 'patternKey(a) <= patternKey(b)',
    reason: 'each pattern has a key of its own, by which they were grouped',
  },
  {
    path: 'functions/core/learning/pattern.ts',
    context: '.flatMap((own) => (own[0] ? [patternOf(own[0].pattern, own, settings, nowMs)] : []))',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a first member; the compiler cannot know',
  },
  {
    path: 'functions/core/cost/monthly-cost.ts',
    context: 'if (!graph) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no quantity over 0, so it is filtered out again',
  },
  {
    path: 'functions/core/cost/monthly-cost.ts',
    context: 'if (series.length === 0) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no quantity over 0, so it is filtered out again',
  },
  {
    path: 'functions/core/window/opening-hours.ts',
    context:
      "const beginsOn = (dayMs: WallMs) => days.includes(WEEKDAYS[new Date(dayMs).getUTCDay()] ?? 'sun');",
    original: "'sun'",
    replacement: '""',
    reason: 'a date has one of seven weekdays, which are all listed; the compiler cannot know',
  },
  {
    path: 'functions/core/window/opening-hours.ts',
    context: '.filter((atMs) => atMs > fromMs && isOpenAt(window, atMs) !== isOpen);',
    original: 'atMs > fromMs',
    replacement: 'atMs >= fromMs',
    reason: 'at that instant itself, the hours are as they are, so it is filtered out as no change',
  },
  {
    path: 'functions/app/notifications.ts',
    context: "[more.failure?.cause, ...(more.steps ?? []).map(({ detail }) => detail)].join('\\n'),",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no detail, so it adds an empty line, in which no permission is named',
  },
  {
    path: 'functions/adapters/dynamodb/admit.ts',
    context: "const failed = (index: number) => reasons[index]?.Code === 'ConditionalCheckFailed';",
    original: 'reasons[index]?.Code',
    replacement: 'reasons[index].Code',
    reason: 'DynamoDB gives one reason for each item of a transaction; the compiler cannot know',
  },
  {
    path: 'functions/adapters/dynamodb/discovered-graphs.ts',
    context: 'if (!(error instanceof ItemNotDecodable)) throw error;',
    original: '!(error instanceof ItemNotDecodable)',
    replacement: 'false',
    reason: 'decoding an item throws nothing else; the compiler cannot know',
  },
  {
    path: 'functions/adapters/dynamodb/item.ts',
    context:
      "throw new ItemNotDecodable(key, issue?.path.join('.') || '(item)', issue?.message ?? 'unknown', {",
    original: "'unknown'",
    replacement: '""',
    reason: 'what does not fit has an issue that says why; the compiler cannot know',
  },
  {
    path: 'functions/core/actions/network-actions.ts',
    context: "const [address = '', bits] = network.split('/');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a text that is split has a first part, if only an empty one; the compiler cannot know',
  },
  {
    path: 'functions/core/admission/decide-admission.ts',
    context:
      'const failuresMs = failuresInWindow(limits.component.failuresMs[strategy.id] ?? [], alert, strategy);',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is not a time inside the window, so it is filtered out again',
  },
  {
    path: 'functions/core/admission/budgets.ts',
    context: 'if (name === undefined || group === undefined) return undefined;',
    original: 'name === undefined || group === undefined',
    replacement: 'name === undefined && group === undefined',
    reason:
      'the configuration has every group that a component names, or is refused; the compiler cannot know',
  },
  {
    path: 'functions/core/admission/budgets.ts',
    context: 'if (name === undefined || group === undefined) return undefined;',
    original: 'name === undefined',
    replacement: 'false',
    reason: 'without a name there is no group, either; the compiler cannot know',
  },
  {
    path: 'functions/core/admission/mode-now.ts',
    context:
      "...(group === undefined ? [] : modeIn(fleet.groupModes?.[group], nowMs, { of: 'group', name: group })),",
    original: 'group === undefined',
    replacement: 'false',
    reason: 'without a group there is no mode of it, either; the compiler takes no undefined',
  },
  {
    path: 'functions/core/admission/observed-limits.ts',
    context: 'const ofGroup = group === undefined ? undefined : fleet.groupModes?.[group];',
    original: 'group === undefined',
    replacement: 'false',
    reason: 'without a group there is no mode of it, either; the compiler takes no undefined',
  },
  {
    path: 'functions/core/admission/outside-window.ts',
    context: 'return name === undefined || window === undefined ? [] : [[name, window] as const];',
    original: 'name === undefined',
    replacement: 'false',
    reason: 'without a name there is no window, either; the compiler cannot know',
  },
  {
    path: 'functions/core/approval/slack-click.ts',
    context:
      "const payload = blockActions().safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? ''));",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is JSON; the compiler takes no null',
  },
  {
    path: 'functions/core/approval/slack-signature.ts',
    context: "{ timestamp = '', signature = '', body }: SlackSigned,",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a time stamp or a signature; the compiler takes no undefined',
  },
  {
    path: 'functions/core/change/aws-readers.ts',
    context: `if (OWN_SESSION.test(userIdentity?.arn ?? '')) return { ignored: \`\${eventName} is Selfheal’s own\` };`,
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is the ARN of a session of Selfheal’s; the compiler takes no undefined',
  },
  {
    path: 'functions/core/configuration/alarm-sources.ts',
    context: 'return expression !== undefined && /^\\s*SELECT\\b.*\\bGROUP\\s+BY\\b/is.test(expression);',
    original: 'expression !== undefined',
    replacement: 'true',
    reason: 'the pattern reads undefined as a word that is no query; the compiler takes no undefined',
  },
  {
    path: 'functions/core/configuration/mode-of.ts',
    context: "return MODES.find((mode) => modes.includes(mode)) ?? 'auto';",
    original: "'auto'",
    replacement: '""',
    reason: 'the settings always have a mode; the compiler cannot know that it is among the modes',
  },
  {
    path: 'functions/core/configuration/yaml/yaml-slips.ts',
    context: 'if (indent === undefined || entry === undefined) return undefined;',
    original: 'indent === undefined || entry === undefined',
    replacement: 'indent === undefined && entry === undefined',
    reason: 'a match has both groups; the compiler cannot know',
  },
  {
    path: 'functions/core/correlation/neighbourhood.ts',
    context: 'const next = parents.get(at) ?? root;',
    original: 'parents.get(at) ?? root',
    replacement: 'parents.get(at) && root',
    reason: 'chains are shortened a step at a time, and name the same root',
  },
  {
    path: 'functions/core/denial.ts',
    context: "return (ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups?.['role'] ?? principal;",
    original: "(ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups?.['role']",
    replacement: "(ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups['role']",
    reason: 'a match of a pattern with a named group has groups; the compiler cannot know',
  },
  {
    path: 'functions/core/diagnosis/causes/metric-rules.ts',
    context: "const { errorType = '' } = evidence.alert;",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a type of error that a rule knows; the compiler takes no undefined',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'if (id === undefined || region !== home.region) return [];',
    original: 'id === undefined',
    replacement: 'false',
    reason: 'without an identifier there is no region, either, and home always has one',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'if (id === undefined || region !== home.region) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'nothing is claimed under a text that names no kind of thing',
  },
  {
    path: 'functions/core/discovery/traced-dependencies.ts',
    context: 'for (const { by } of [caller, callee]) if (by !== undefined) known.sources.add(by);',
    original: 'by !== undefined',
    replacement: 'true',
    reason: 'of the sources, only those with a name are kept in the end',
  },
  {
    path: 'functions/core/issue/left-isolated.ts',
    context: "if (outcome === 'SUCCEEDED' || outcome === 'SKIPPED') return false;",
    original: "outcome === 'SUCCEEDED'",
    replacement: 'false',
    reason: 'the hosts of isolations that succeeded are left out of the result in any case',
  },
  {
    path: 'functions/core/diagnosis/causes/metric-rules.ts',
    context: "if (verdict.verdict !== 'supported' || !isUnanswering) return verdict;",
    original: "verdict.verdict !== 'supported'",
    replacement: 'false',
    reason: 'memory that nothing is said of was never short, so that the next line returns the same',
  },
  {
    path: 'functions/core/diagnosis/kernel/kernel-look.ts',
    context: 'if (line === undefined) return undefined;',
    original: 'line === undefined',
    replacement: 'false',
    reason: 'undefined is no JSON, either; the compiler cannot know',
  },
  {
    path: 'functions/core/diagnosis/strain.ts',
    context: "const watched = Object.values(configured.alarms).map((alarm) => alarm.metric ?? '');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is of a class of metrics; the compiler takes no undefined',
  },
  {
    path: 'functions/core/learning/advise.ts',
    context: 'return chain ? [[strategyId, chain] as const] : [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no time until which a strategy waits, so it is filtered out again',
  },
  {
    path: 'functions/core/learning/ineffective-chain.ts',
    context: 'if (!last || repairs < ineffectiveAfter) return undefined;',
    original: '!last',
    replacement: 'false',
    reason: 'without a repair there are fewer than it takes; the compiler cannot know',
  },
  {
    path: 'functions/core/learning/outcome.ts',
    context: 'const isBack = (begun.get(faultOf(operation)) ?? []).some(',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'an operation is always among those of its own fault; the compiler cannot know',
  },
  {
    path: 'functions/core/learning/rank-strategies.ts',
    context: 'if (strategy) ranked[place] = strategy;',
    original: 'strategy',
    replacement: 'true',
    reason: 'there is a strategy for each place; the compiler cannot know',
  },
  {
    path: 'functions/core/report/action-report.ts',
    context: '.flatMap((own) => (own[0] ? [reportOf(own[0], own, operationOf)] : []))',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a member; the compiler cannot know',
  },
  {
    path: 'functions/core/report/action-report.ts',
    context:
      '(a, b) => b.steps - a.steps || (`${a.action} ${a.purpose}` < `${b.action} ${b.purpose}` ? -1 : 1),',
    original: '`${a.action} ${a.purpose}` < `${b.action} ${b.purpose}`',
    replacement: '`${a.action} ${a.purpose}` <= `${b.action} ${b.purpose}`',
    reason: 'there is one report for each action and purpose, so no two are the same',
  },
  {
    path: 'functions/core/report/audit-lines.ts',
    context: '(a, b) => AUDIT_KINDS.indexOf(a.kind) - AUDIT_KINDS.indexOf(b.kind) || (a.id < b.id ? -1 : 1),',
    original: 'a.id < b.id',
    replacement: 'a.id <= b.id',
    reason: 'an id identifies a record among those of its kind, so no two are the same',
  },
  {
    path: 'functions/core/report/audit-lines.ts',
    context: '? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))',
    original: 'a < b',
    replacement: 'a <= b',
    reason: 'no two keys of an object are the same',
  },
  {
    path: 'functions/core/report/availability.ts',
    context:
      'components: all.toSorted((a, b) => b.downMs - a.downMs || (a.component < b.component ? -1 : 1)),',
    original: 'a.component < b.component',
    replacement: 'a.component <= b.component',
    reason: 'each component is listed once, so no two are the same',
  },
  {
    path: 'functions/core/report/faults.ts',
    context:
      'POSTPONING.has(refusal.reason) ? [[refusal.component, refusalTrace(refusal, untilMs)] as const] : [],',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text was not decided about before the end, so it is filtered out again',
  },
  {
    path: 'functions/core/report/faults.ts',
    context: 'return fault ? [fault] : [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has neither an end nor a time, so it is filtered out again',
  },
  {
    path: 'functions/core/report/period-findings.ts',
    context:
      '.toSorted((a, b) => b.count - a.count || b.operations - a.operations || (a.name < b.name ? -1 : 1))',
    original: 'a.name < b.name',
    replacement: 'a.name <= b.name',
    reason: 'the findings are grouped by name, so no two are the same',
  },
  {
    path: 'functions/core/report/period-findings.ts',
    context: "const linesOf = ({ detail = '' }: StepRecord) => detail.split('\\n');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a line of an investigation; the compiler takes no undefined',
  },
  {
    path: 'functions/core/report/recurring.ts',
    context: 'let busiest: readonly Fault[] = [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'every week has a fault, so the first takes its place',
  },
  {
    path: 'functions/core/report/report.ts',
    context: "const { name: _all, ...overall } = effectiveness('', operations);",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the name is left out',
  },
  {
    path: 'functions/core/report/report.ts',
    context: '.toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));',
    original: 'a.name < b.name',
    replacement: 'a.name <= b.name',
    reason: 'the id of an incident is its own, so no two are the same',
  },
  {
    path: 'functions/core/report/report.ts',
    context: '.toSorted((a, b) => b.operations - a.operations || (a.name < b.name ? -1 : 1));',
    original: 'a.name < b.name',
    replacement: 'a.name <= b.name',
    reason: 'the operations are grouped by name, so no two are the same',
  },
  {
    path: 'functions/core/report/report.ts',
    context: '.toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));',
    original: 'a.reason < b.reason',
    replacement: 'a.reason <= b.reason',
    reason: 'the refusals are grouped by reason, so no two are the same',
  },
  {
    path: 'functions/core/report/report.ts',
    context: 'const ends = counted((byDay.get(dayOf(atMs)) ?? []).map(({ end }) => end));',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no end that is counted',
  },
  {
    path: 'functions/core/signal/alarm-time.ts',
    context: "const time = isoTime().safeParse(text.replace(/([+-]\\d{2})(\\d{2})$/, '$1:$2'));",
    original: '/([+-]\\d{2})(\\d{2})$/',
    replacement: '/([+-]\\d{2})(\\d{2})/',
    reason: 'a text with an offset before its end is no time, whether or not that has a colon',
  },
  {
    path: 'functions/core/signal/control-event.ts',
    context: 'default:',
    original: 'default:\n      return undefined;',
    replacement: 'default:',
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  {
    path: 'functions/core/signal/event-problem.ts',
    context: "const isUnnamed = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');",
    original: "issue.code === 'invalid_type'",
    replacement: 'true',
    reason: 'only an issue of this code says which kind is expected; the compiler wants to know',
  },
  {
    path: 'functions/core/signal/metric-event.ts',
    context: 'const monitors = components[component]?.monitors ?? {};',
    original: 'components[component]?.monitors',
    replacement: 'components[component].monitors',
    reason: 'the line before has asked whether there is one; the compiler cannot know',
  },
  {
    path: 'functions/core/signal/named-component.ts',
    context: 'return alarms[alarmName]?.component ?? NOBODY;',
    original: 'alarms[alarmName]?.component',
    replacement: 'alarms[alarmName].component',
    reason: 'the line before has asked whether there is one; the compiler cannot know',
  },
  {
    path: 'functions/core/signal/parse-alarm-event.ts',
    context: 'const metrics = alarmConfiguration?.metrics ?? [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has neither an expression nor a metric, so it names no instance, either',
  },
  ...[
    { original: 'lower !== undefined', replacement: 'true' },
    { original: 'current !== undefined', replacement: 'true' },
    { original: 'lower !== undefined && current !== undefined', replacement: 'true' },
    {
      original: 'lower !== undefined && current !== undefined',
      replacement: 'lower !== undefined || current !== undefined',
    },
  ].map((change) => ({
    path: 'functions/core/signal/parse-alarm-event.ts',
    context: 'const isBelow = lower !== undefined && current !== undefined && current < lower;',
    ...change,
    reason: 'undefined is not less than a number, and no number less than it; the compiler takes none',
  })),
  ...["'alarm'", "'reconciler'", "'watchdog'", "'manual'", "'diagnosis'"].map((original) => ({
    path: 'functions/core/signal/reporter.ts',
    context: `case ${original}:`,
    original,
    replacement: '""',
    reason: 'a function that returns nothing returns undefined; the compiler asks for every case',
  })),
  {
    path: 'functions/core/signal/reporter.ts',
    context: "case 'diagnosis':",
    original: "case 'diagnosis':\n      return undefined;",
    replacement: "case 'diagnosis':",
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  {
    path: 'functions/core/signal/severity.ts',
    context: 'return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;',
    original: 'SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other)',
    replacement: 'SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other)',
    reason: 'of two that are the same, either is the answer',
  },
  {
    path: 'functions/core/signal/parse-alarm-event.ts',
    context: '} catch {',
    original: '{\n    return undefined;\n  }',
    replacement: '{}',
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  {
    path: 'functions/core/verification/observed-components.ts',
    context: 'while (length < prefix.length && prefix[length] === text[length]) length += 1;',
    original: 'length < prefix.length',
    replacement: 'length <= prefix.length',
    reason: 'one character more than there are is cut to the same text',
  },
  ...[
    { original: "step.kind === 'recovery'", replacement: 'false' },
    { original: "'recovery'", replacement: '""' },
  ].map((change) => ({
    path: 'functions/core/watchdog/judge-round.ts',
    context:
      "const steps = climbed.steps.map((step) => (step.kind === 'recovery' ? step : { ...step, missedFor }));",
    ...change,
    reason: 'a peer that has missed a heartbeat does not recover in it; the compiler cannot know',
  })),
  {
    path: 'functions/core/watchdog/announce.ts',
    context: "severity: step.kind === 'reminder' ? 'CRITICAL' : signalSeverity(step.severity),",
    original: "step.kind === 'reminder'",
    replacement: 'false',
    reason:
      'a reminder has no severity, and without one a signal is CRITICAL, too; the compiler takes no undefined',
  },
  {
    path: 'functions/core/operation/target-report.ts',
    context: 'const isLeft = notLifted(steps.flatMap(({ record }) => record ?? [])) !== undefined;',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is not a step that failed, so it is filtered out again',
  },
  {
    path: 'functions/app/analyze/analyze-batch.ts',
    context: 'if (!notification) continue;',
    original: '!notification',
    replacement: 'false',
    reason: 'what has none was left out above; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "profile && source.kind === 'profile'",
    replacement: "profile || source.kind === 'profile'",
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "profile && source.kind === 'profile'",
    replacement: 'true',
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "source.kind === 'profile'",
    replacement: 'true',
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/profiles.ts',
    context: 'if (!component) continue;',
    original: '!component',
    replacement: 'false',
    reason: 'profiles are collected of components of the same configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/channels/announce.ts',
    context: "if (incident?.change === 'resolve' && changed?.announce === 'nothing') return [];",
    original: 'changed?.announce',
    replacement: 'changed.announce',
    reason: 'of a notice with an incident, the change of that is known; the compiler cannot know',
  },
  {
    path: 'functions/app/changes/record-changes.ts',
    context: 'if (delivery === undefined || resource === undefined) return { components: [] };',
    original: 'delivery === undefined',
    replacement: 'false',
    reason: 'no component has a resource of no delivery; the compiler takes no undefined',
  },
  {
    path: 'functions/app/heal/batch-step.ts',
    context: 'const nodes = part.length === 0 ? [] : await nodesForAction(deps, part, step.action);',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a batch without hosts has no host that is looked for among the nodes',
  },
  {
    path: 'functions/app/analyze/read-monitors.ts',
    context: 'if (!first) return [];',
    original: '!first',
    replacement: 'false',
    reason: 'a group has a member; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-monitors.ts',
    context: 'if (!first) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a member; the compiler cannot know',
  },
  {
    path: 'functions/app/approvals/decide-proposal.ts',
    context: "case 'proposed':",
    original: "case 'proposed':\n      return undefined;",
    replacement: "case 'proposed':",
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  ...[
    'const watched = evidence.components[0]?.watched;',
    'const { graceMs = 0 } = evidence.components[0]?.watched ?? {};',
  ].map((context) => ({
    path: 'functions/app/diagnosis/diagnose-alert.ts',
    context,
    original: 'evidence.components[0]?.watched',
    replacement: 'evidence.components[0].watched',
    reason: 'the alarmed component always comes first; the compiler cannot know',
  })),
  {
    path: 'functions/app/diagnosis/gather-evidence.ts',
    context: 'if (others.length === 0) return { changes };',
    original: '{ changes }',
    replacement: '{}',
    reason: 'the changes are part of the evidence already, and stay it',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context:
      "const fallen = drifts.flatMap(({ kind, patterns }) => (kind === 'FALLING_SUCCESS' ? patterns : []));",
    original: "kind === 'FALLING_SUCCESS'",
    replacement: 'true',
    reason:
      'the only other drift that names patterns names those that are not used, which are forgotten as well',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context: "const backupId = after.backups.at(-1)?.id ?? '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a change keeps a backup; the compiler cannot know',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context: "const backupId = after.backups.at(-1)?.id ?? '';",
    original: 'after.backups.at(-1)?.id',
    replacement: 'after.backups.at(-1).id',
    reason: 'a change keeps a backup; the compiler cannot know',
  },
  {
    path: 'functions/app/recover/reconcile.ts',
    context: 'if (claims.some(({ step }) => step !== undefined)) {',
    original: 'claims.some(({ step }) => step !== undefined)',
    replacement: 'true',
    reason: 'claims without a step are passed over there: what looks after steps is only loaded in vain',
  },
  {
    path: 'functions/app/recover/reconcile.ts',
    context: 'if (claims.some(({ step }) => step !== undefined)) {',
    original: 'step !== undefined',
    replacement: 'true',
    reason: 'claims without a step are passed over there: what looks after steps is only loaded in vain',
  },
  {
    path: 'functions/app/recover/reconcile-step.ts',
    context: 'const what = mayHaveBegun(planned?.key, record)',
    original: 'planned?.key',
    replacement: 'planned.key',
    reason: 'a step without a reference on record was planned above; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: "const vantagePoint = input.vantagePoint ?? vantagePoints[0]?.name ?? '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: "const vantagePoint = input.vantagePoint ?? vantagePoints[0]?.name ?? '';",
    original: 'vantagePoints[0]?.name',
    replacement: 'vantagePoints[0].name',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/scrape/scrape.ts',
    context: '? configuration.components[component]?.monitors',
    original: 'configuration.components[component]?.monitors',
    replacement: 'configuration.components[component].monitors',
    reason: 'the line before has asked whether there is one; the compiler cannot know',
  },
  {
    path: 'functions/app/queries/issues/current-issues.ts',
    context: "['operations', async () => operationIssues(scene)],",
    original: "'operations'",
    replacement: '""',
    reason: 'what only looks at the scene cannot fail to be read, which is when its name is shown',
  },
  {
    path: 'functions/app/queries/issues/observed-issues.ts',
    context: 'component === undefined',
    original: 'component === undefined',
    replacement: 'false',
    reason: 'what belongs to no component has no outlook anyway; the compiler takes no undefined',
  },
  {
    path: 'functions/app/queries/issues/observed-issues.ts',
    context: '...(suggestedAction !== undefined && { suggestedAction }),',
    original: 'suggestedAction !== undefined',
    replacement: 'true',
    reason: 'the alert is only matched here, as one that suggests nothing; the compiler takes no undefined',
  },
  {
    path: 'functions/app/queries/issues/observed-issues.ts',
    context:
      'const open = standings.find((each) => each.component === component && each.series === name)?.open;',
    original: 'standings.find((each) => each.component === component && each.series === name)?.open',
    replacement: 'standings.find(each => each.component === component && each.series === name).open',
    reason: 'each watched series has a standing; the compiler cannot know',
  },
  {
    path: 'functions/app/queries/issues/observed-issues.ts',
    context: "? outlookIn(scene, alertNow(scene, { component, metric, severity, origin: 'anomaly' }))",
    original: "'anomaly'",
    replacement: '""',
    reason: 'outlooks differ only for the watchdog, the reconciler and alarms; this is none of them',
  },
  {
    path: 'functions/app/queries/issues/recorded-issues.ts',
    context: 'const own = scene.operations.get(component) ?? [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no result and no state, so it is no operation that has ended',
  },
  {
    path: 'functions/app/queries/issues/recorded-issues.ts',
    context:
      'const healedSince = (operations.get(component)?.[0]?.startedAtMs ?? 0) > (refusal?.refusedAtMs ?? 0);',
    original: 'operations.get(component)?.[0]?.startedAtMs',
    replacement: 'operations.get(component)?.[0].startedAtMs',
    reason: 'a group has a first member; the compiler cannot know',
  },
  {
    path: 'functions/app/queries/issues/recorded-issues.ts',
    context: '...(strategyId !== undefined && { strategyId }),',
    original: 'strategyId !== undefined',
    replacement: 'true',
    reason: 'the alert is only matched here, as one that names no strategy; the compiler takes no undefined',
  },
  {
    path: 'functions/app/queries/issues/recorded-issues.ts',
    context:
      "const alert = alertNow(scene, { component, metric: 'manual', severity: 'CRITICAL', origin: 'manual' });",
    original: "'manual'",
    replacement: '""',
    reason: 'outlooks differ only for the watchdog, the reconciler and alarms; this is none of them',
  },
  {
    path: 'functions/app/queries/issues/scene.ts',
    context: 'if (newest) refusals.set(name, newest);',
    original: 'newest',
    replacement: 'true',
    reason: 'a name without a refusal is looked up as undefined, too; the compiler takes no undefined',
  },
  {
    path: 'functions/app/queries/issues/scene.ts',
    context: "if (!component) return { kind: 'none' };",
    original: '!component',
    replacement: 'false',
    reason: 'only components of the scene are asked about; the compiler cannot know',
  },
  {
    path: 'functions/app/queries/issues/scene.ts',
    context: "return { signalId: 'none', occurredAtMs: nowMs, reason: '', targets: [], ...alert };",
    original: "'none'",
    replacement: '""',
    reason: 'no signal has either id, and none is recorded',
  },
  {
    path: 'functions/app/queries/issues/scene.ts',
    context: "return { signalId: 'none', occurredAtMs: nowMs, reason: '', targets: [], ...alert };",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'an outlook does not give the reason of the alert',
  },
  {
    path: 'functions/app/queries/issues/signs.ts',
    context: 'const targets = configuration.components[component]?.targets;',
    original: 'configuration.components[component]?.targets',
    replacement: 'configuration.components[component].targets',
    reason: 'only components of the configuration are asked about; the compiler cannot know',
  },
  {
    path: 'functions/app/triage/refuse-event.ts',
    context: "const occurredAtMs = timeProblem('time', givenMs, nowMs) === undefined ? givenMs : nowMs;",
    original: "'time'",
    replacement: '""',
    reason: 'it only names the field in the problem’s text, which nobody reads here',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: 'if (waitMs > 0) await clock.sleep(waitMs);',
    original: 'waitMs > 0',
    replacement: 'waitMs >= 0',
    reason: 'sleeping for no time is the same as not sleeping',
  },
  {
    path: 'functions/app/watchdog/mesh-status.ts',
    context: "return meshStatusOf(vantagePoints[0]?.name ?? '', peers, records, shards);",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-round.ts',
    context: 'if (announcements.length === 0) return true;',
    original: 'true',
    replacement: 'false',
    reason:
      'where nothing is announced, nothing is pending, and what is pending is all that the answer decides about',
  },
];

/** What a pattern is read from that has not matched: its first part, the whole match, is not read. */
const UNREAD = /^const \[, .*\] = .* \?\? \[\];$/;

/** The end of a `switch` over every case there is: the compiler has proved that nothing reaches it. */
const UNREACHABLE = /^default:\s+return assertNever\(\w+\);$/;

export function isEquivalent(change: SourceChange, known = EQUIVALENT_MUTANTS): boolean {
  return (
    UNREACHABLE.test(change.original) ||
    isUnread(change) ||
    known.some((equivalent) => matches(equivalent, change))
  );
}

function isUnread({ original, context, replacement }: SourceChange): boolean {
  return original === '[]' && replacement === '["Stryker was here"]' && UNREAD.test(context);
}

/** Those of mutated files that no longer describe a change, because the code has moved on. */
export function outdated(
  changes: readonly SourceChange[],
  known = EQUIVALENT_MUTANTS,
): readonly EquivalentMutant[] {
  const paths = new Set(changes.map(({ path }) => path));
  return known.filter(
    (equivalent) => paths.has(equivalent.path) && !changes.some((change) => matches(equivalent, change)),
  );
}

function matches(equivalent: EquivalentMutant, change: SourceChange): boolean {
  return (
    equivalent.path === change.path &&
    equivalent.context === change.context &&
    equivalent.original === change.original &&
    equivalent.replacement === change.replacement
  );
}
