import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreWatchdog: readonly EquivalentMutant[] = [
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
    path: 'functions/core/watchdog/votes.ts',
    context:
      'return counted.toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1))[0]?.[0];',
    original: 'a < b',
    replacement: 'a <= b',
    reason: 'each reason has a group of its own',
  },
];
