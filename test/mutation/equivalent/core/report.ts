import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreReport: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/report/action-report.ts',
    context: '.flatMap((own) => (own[0] ? [reportOf(own[0], own, operationOf)] : []))',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a member; the compiler cannot know',
  },
  {
    path: 'functions/core/report/action-report.ts',
    context: `(a, b) => b.steps - a.steps || (\`\${a.action} \${a.purpose}\` < \`\${b.action} \${b.purpose}\` ? -1 : 1),`,
    original: `\`\${a.action} \${a.purpose}\` < \`\${b.action} \${b.purpose}\``,
    replacement: `\`\${a.action} \${a.purpose}\` <= \`\${b.action} \${b.purpose}\``,
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
];
