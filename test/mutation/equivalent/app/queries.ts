import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appQueries: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/queries/correlated-incidents.ts',
    context: '.toSorted((a, b) => b.beganAtMs - a.beganAtMs || (a.incidentId < b.incidentId ? 1 : -1));',
    original: 'a.incidentId < b.incidentId',
    replacement: 'a.incidentId <= b.incidentId',
    reason: 'an incident is on one board, and left out of those that have ended if it is: ids are unique',
  },
  {
    path: 'functions/app/queries/fleet-status.ts',
    context: 'const group = configuration.components[component]?.group;',
    original: 'configuration.components[component]?.group',
    replacement: 'configuration.components[component].group',
    reason: 'only components of the configuration are asked about; the compiler cannot know',
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
];
