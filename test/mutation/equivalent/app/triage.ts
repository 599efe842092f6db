import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appTriage: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/triage/refuse-event.ts',
    context: "const occurredAtMs = timeProblem('time', givenMs, nowMs) === undefined ? givenMs : nowMs;",
    original: "'time'",
    replacement: '""',
    reason: 'it only names the field in the problem’s text, which nobody reads here',
  },
  {
    path: 'functions/app/triage/hold-back.ts',
    context: 'const group = configuration.components[alert.component]?.group;',
    original: 'configuration.components[alert.component]?.group',
    replacement: 'configuration.components[alert.component].group',
    reason: 'an alert has a component of the configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/triage/control.ts',
    context: 'if (untilMs !== undefined && untilMs <= nowMs) {',
    original: 'untilMs !== undefined',
    replacement: 'true',
    reason: 'nothing is less than undefined; the compiler wants to know',
  },
];
