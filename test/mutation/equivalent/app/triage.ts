import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appTriage: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/triage/refuse-event.ts',
    context: "const occurredAtMs = timeProblem('time', givenMs, nowMs) === undefined ? givenMs : nowMs;",
    original: "'time'",
    replacement: '""',
    reason: 'it only names the field in the problem’s text, which nobody reads here',
  },
];
