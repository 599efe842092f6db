import { describe, expect, it } from 'vitest';
import { envelope } from '../../../../../local/embedded/event-bridge/event.ts';
import {
  compileTargetInput,
  type TargetInputDefinition,
} from '../../../../../local/embedded/event-bridge/target-input.ts';

const detail = { reason: 'it "hangs"', count: 3 };
const EVENT = envelope({ source: 'test', detailType: 'Test', detail }, 'id', 0);
const inputOf = (definition: TargetInputDefinition) => compileTargetInput(definition, 'Rule')(EVENT);

describe('the input of a target', () => {
  it('is the event, unless the rule says otherwise', () => {
    expect(inputOf({})).toBe(EVENT);
  });

  it('may be a constant', () => {
    expect(inputOf({ Input: '{"shard":0}' })).toEqual({ shard: 0 });
  });

  it('may be a text with parts of the event in it, without what the event lacks', () => {
    const InputPathsMap = { why: '$.detail.reason', often: '$.detail.count', who: '$.detail.who.name' };
    const InputTemplate = '"<why>, <often> times<who>"';
    expect(inputOf({ InputTransformer: { InputPathsMap, InputTemplate } })).toBe('it "hangs", 3 times');
  });

  it.each<[string, TargetInputDefinition]>([
    ['a constant that is no JSON', { Input: 'shard' }],
    ['a template that is an object', { InputTransformer: { InputTemplate: '{"why":"x"}' } }],
    ['a placeholder without a path', { InputTransformer: { InputTemplate: '"<why>"' } }],
    [
      'a path into a list',
      { InputTransformer: { InputPathsMap: { a: '$.resources[0]' }, InputTemplate: '"<a>"' } },
    ],
    ['both', { Input: '1', InputTransformer: { InputTemplate: '"a"' } }],
  ])('is refused with %s', (_, definition) => {
    expect(() => inputOf(definition)).toThrow(expect.objectContaining({ code: 'INVALID_EVENT_PATTERN' }));
  });
});
