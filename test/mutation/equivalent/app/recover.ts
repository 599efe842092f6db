import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appRecover: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/recover/hand-back.ts',
    context: "return decision.decision === 'refuse' ? [decision.refusal.reason] : [];",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'no reason to refuse has this name, and nobody waits for a budget because of it',
  },
  {
    path: 'functions/app/recover/hand-back.ts',
    context: 'if (!definition) return undefined;',
    original: '!definition',
    replacement: 'false',
    reason: 'an alarm comes from a configured component; the compiler cannot know',
  },
  {
    path: 'functions/app/recover/isolated-hosts.ts',
    context: 'const found = own.length === 0 ? [] : await instances.read(own);',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'it has no id, and each host that is looked up has one',
  },
  {
    path: 'functions/app/recover/isolated-hosts.ts',
    context:
      'nodes.flatMap(({ instanceId, online }) => (online || isHybrid(instanceId) ? [instanceId] : [])),',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'no host that is looked for has this id',
  },
  {
    path: 'functions/app/recover/repair-priorities.ts',
    context: "const board = boards.get(around.get(component) ?? '');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'no neighbourhood has either name',
  },
  {
    path: 'functions/app/recover/reconcile-alarms.ts',
    context: ': [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'it has no reason, and refusals are looked through for some reasons only',
  },
  {
    path: 'functions/app/recover/reconcile-alarms.ts',
    context: 'if (fleet.timeLimits) {',
    original: 'fleet.timeLimits',
    replacement: 'true',
    reason: 'no limits are none to reach: what looks after them is only loaded in vain',
  },
  {
    path: 'functions/app/recover/reconcile-alarms.ts',
    context: 'if (fleet.unhealthy.length + fleet.inFlight.length + red.length === 0) return;',
    original: 'fleet.unhealthy.length + fleet.inFlight.length + red.length === 0',
    replacement: 'false',
    reason: 'an idle fleet has no levels: what has them is only loaded in vain',
  },
  {
    path: 'functions/app/recover/reconcile-step.ts',
    context: 'const what = mayHaveBegun(planned?.key, record)',
    original: 'planned?.key',
    replacement: 'planned.key',
    reason: 'a step without a reference on record was planned above; the compiler cannot know',
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
];
