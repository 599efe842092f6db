import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const adaptersDynamodb: readonly EquivalentMutant[] = [
  {
    path: 'functions/adapters/dynamodb/admit.ts',
    context: "const failed = (index: number) => reasons[index]?.Code === 'ConditionalCheckFailed';",
    original: 'reasons[index]?.Code',
    replacement: 'reasons[index].Code',
    reason: 'DynamoDB gives one reason for each item of a transaction; the compiler cannot know',
  },
  {
    path: 'functions/adapters/dynamodb/discovered-graphs.ts',
    context: 'if (!(error instanceof ItemNotDecodable)) throw error;',
    original: '!(error instanceof ItemNotDecodable)',
    replacement: 'false',
    reason: 'decoding an item throws nothing else; the compiler cannot know',
  },
  {
    path: 'functions/adapters/dynamodb/item.ts',
    context:
      "throw new ItemNotDecodable(key, issue?.path.join('.') || '(item)', issue?.message ?? 'unknown', {",
    original: "'unknown'",
    replacement: '""',
    reason: 'what does not fit has an issue that says why; the compiler cannot know',
  },
];
