import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreSignal: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/signal/alarm-time.ts',
    context: "const time = isoTime().safeParse(text.replace(/([+-]\\d{2})(\\d{2})$/, '$1:$2'));",
    original: '/([+-]\\d{2})(\\d{2})$/',
    replacement: '/([+-]\\d{2})(\\d{2})/',
    reason: 'a text that goes on after an offset cannot be read as a time, with or without a colon',
  },
  {
    path: 'functions/core/signal/control-event.ts',
    context: 'default:',
    original: 'default:\n      return undefined;',
    replacement: 'default:',
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
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
    path: 'functions/core/signal/parse-alarm-event.ts',
    context: '} catch {',
    original: '{\n    return undefined;\n  }',
    replacement: '{}',
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  {
    path: 'functions/core/signal/severity.ts',
    context: 'return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;',
    original: 'SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other)',
    replacement: 'SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other)',
    reason: 'of two that are the same, either is the answer',
  },
];
