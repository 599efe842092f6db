import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreChange: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/change/aws-readers.ts',
    context: `if (OWN_SESSION.test(userIdentity?.arn ?? '')) return { ignored: \`\${eventName} is Selfheal’s own\` };`,
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is the ARN of a session of Selfheal’s; the compiler takes no undefined',
  },
  {
    path: 'functions/core/change/change-hold.ts',
    context: '(component.changes ?? [])',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is no change in progress',
  },
];
