import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appDoctor: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/doctor/component-checks.ts',
    context: "const { component = '' } = configuration.alarms[name] ?? {};",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'an alarm whose name comes from the configuration is in it; the compiler cannot know',
  },
  {
    path: 'functions/app/doctor/document-checks.ts',
    context: "const isUsers = definition.executor === 'user_document' && typeof document === 'string';",
    original: "typeof document === 'string'",
    replacement: 'true',
    reason: 'such an action has a document, or the configuration is refused; the compiler cannot know',
  },
];
