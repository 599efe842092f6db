/** What the command ends with. Scripts may rely on these. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done, and confirmed where there is something to confirm' },
  problem: {
    code: 1,
    meaning: 'the answer is bad: an invalid configuration, a refused request, an operation that failed',
  },
  usage: { code: 2, meaning: 'wrong usage, or a component, operation or file that does not exist' },
  aws: { code: 3, meaning: 'AWS refused or could not be reached: credentials, permissions, Region, table' },
  unconfirmed: { code: 4, meaning: 'the event was accepted, but its effect could not be read back in time' },
  defect: { code: 70, meaning: 'a defect of this command: please report it' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;

export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code;
}
