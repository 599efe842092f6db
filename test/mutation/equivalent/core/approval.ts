import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreApproval: readonly EquivalentMutant[] = [
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
];
