/** What ends an operation: it reads what the final record needs, and reports what was missed. */
export const CONCLUDING = [
  'getOperation',
  'getPlan',
  'getClaim',
  'getRolledBack',
  'listSteps',
  'recordOutcome',
  'readFleet',
  'setTimeLimit',
  'conclude',
  'noteDenial',
] as const;
