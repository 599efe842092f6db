import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveIntrinsics } from '../../local/alarms/intrinsics.ts';
import { compilePattern } from '../../local/embedded/event-bridge/event-pattern.ts';
import { InvalidPattern } from '../../local/embedded/event-bridge/pattern-operators.ts';
import {
  askEventRuler,
  type PatternAnswer,
  type PatternQuestion,
} from '../../local/event-ruler/event-ruler.ts';
import { sampleEvent } from '../factories/events/sample-event.ts';
import { requirement } from '../factories/requirements.ts';
import {
  alarmEvent,
  commandEvent,
  customEvent,
  executionEvent,
  HOME,
  MUTED,
} from '../infra/sample-events.ts';
import { resourcesOf, synthesizeStacks } from '../infra/synthesized-stacks.ts';

const CREATED = 'selfheal-web-both';
const ADOPTED = 'Orders too many errors';
const HEAL = `arn:aws:states:${HOME.region}:${HOME.account}:stateMachine:selfheal-heal`;
const START_MS = 300_000;

type Json = Readonly<Record<string, unknown>>;

/** The pattern of each rule, by the rule's logical id without its hash, as CloudFormation deploys it. */
const patterns: ReadonlyMap<string, unknown> = (() => {
  const { engine, watchdog } = synthesizeStacks();
  const pseudo: Json = {
    'AWS::AccountId': HOME.account,
    'AWS::Region': HOME.region,
    'AWS::Partition': 'aws',
  };
  const values = { ref: (name: string) => pseudo[name] as string | undefined, getAtt: () => undefined };
  const rules = [engine, watchdog].flatMap((template) => [...resourcesOf(template, 'AWS::Events::Rule')]);
  return new Map(
    rules.flatMap(([logicalId, { Properties }]) => {
      const { EventPattern: pattern } = Properties;
      return pattern ? [[logicalId.slice(0, -8), resolveIntrinsics(pattern, values)] as const] : [];
    }),
  );
})();

/** A sample of AWS's documentation, of one of our alarms. */
function documented(file: string, alarmName: string): Json {
  const event = sampleEvent(file);
  return { ...event, detail: { ...event.detail, alarmName } };
}

const abroad = (event: Json, account: string, region: string): Json => ({ ...event, account, region });

/** Events as AWS documents them, and the rules that they must reach. */
const EVENTS: readonly (readonly [what: string, event: Json, rules: readonly string[]])[] = [
  ['a created alarm in ALARM', documented('metric-alarm', CREATED), ['SignalRulesComponentAlarms']],
  [
    'a created alarm that is OK again',
    documented('metric-alarm-ok', CREATED),
    ['SignalRulesComponentAlarms'],
  ],
  ['an adopted alarm in ALARM', documented('metric-alarm', ADOPTED), ['SignalRulesAdoptedAlarms0']],
  ['an adopted anomaly alarm', documented('anomaly-alarm', ADOPTED), ['SignalRulesAdoptedAlarms0']],
  [
    'an alarm on an expression, whose previous state has no reasonData',
    documented('math-alarm-without-previous-reason-data', ADOPTED),
    ['SignalRulesAdoptedAlarms0'],
  ],
  [
    'a composite alarm that is no longer suppressed',
    documented('composite-alarm-no-longer-suppressed', ADOPTED),
    ['SignalRulesAdoptedAlarms0'],
  ],
  ['an alarm without data', documented('metric-alarm-insufficient-data', CREATED), []],
  ['a muted alarm', documented('muted-metric-alarm', CREATED), []],
  ['a muted adopted alarm', alarmEvent(ADOPTED, {}, MUTED), []],
  ['a suppressed composite alarm', documented('suppressed-composite-alarm', CREATED), []],
  ['an alarm of someone else', sampleEvent('metric-alarm'), []],
  ['an alarm on Selfheal itself', alarmEvent('SelfhealEngine-act-errors'), []],
  ['an alarm of another account', abroad(alarmEvent(CREATED), '999999999999', HOME.region), []],
  ['an alarm of another region', abroad(alarmEvent(CREATED), HOME.account, 'eu-west-1'), []],
  ['an adopted alarm of another account', abroad(alarmEvent(ADOPTED), '999999999999', HOME.region), []],
  ['someone who poses as CloudWatch', { ...alarmEvent(CREATED), source: 'my.monitor' }, []],
  [
    'a command of ours that succeeded',
    commandEvent('selfheal-graceful-stop', 'Success'),
    ['CompletionRulesCommandStatus'],
  ],
  [
    'a command of ours in a status that nobody knows',
    commandEvent('selfheal-graceful-stop', 'SomethingNew'),
    ['CompletionRulesCommandStatus'],
  ],
  ['a command of ours in progress', commandEvent('selfheal-graceful-stop', 'InProgress'), []],
  ['a command of someone else', commandEvent('AWS-RunShellScript', 'Success'), []],
  [
    'a command of ours in another region',
    abroad(commandEvent('selfheal-graceful-stop', 'Success'), HOME.account, 'eu-west-1'),
    [],
  ],
  ['a heal that timed out', executionEvent(HEAL, 'TIMED_OUT'), ['CompletionRulesExecutionEnded']],
  ['a heal that runs', executionEvent(HEAL, 'RUNNING'), []],
  ['an execution of someone else', executionEvent(`${HEAL}-2`, 'FAILED'), []],
  ['a state change of our own', customEvent('selfheal', 'Selfheal Operation State Change'), []],
];

/** Small, so that pattern and event often meet. */
const letter = fc.constantFrom('a', 'b', 'ab', 'ba', '');
const leaf = fc.oneof(letter, fc.constantFrom<unknown>(1, 2, true, null));
const element = fc.oneof(
  leaf,
  fc.boolean().map((exists) => ({ exists })),
  letter.filter((text) => text !== '').map((prefix) => ({ prefix })),
  letter.filter((text) => text !== '').map((suffix) => ({ suffix })),
  fc.uniqueArray(letter, { minLength: 1, maxLength: 3 }).map((list) => ({ 'anything-but': list })),
);
const values = fc.array(element, { minLength: 1, maxLength: 4 });
const pattern = fc
  .dictionary(
    fc.constantFrom('x', 'y', 'z'),
    fc.oneof(values, fc.dictionary(fc.constantFrom('x', 'y'), values, { minKeys: 1, maxKeys: 2 })),
    { minKeys: 1, maxKeys: 2 },
  )
  .map((each): unknown => each);
const flat = fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })));
const anything = fc.oneof(leaf, leaf, flat, fc.array(fc.oneof(leaf, flat), { maxLength: 2 }));
const event = fc.record({ x: anything, y: anything, z: anything }, { requiredKeys: ['x'] });
const RANDOM = fc.sample(fc.record({ pattern, event }), { numRuns: 3_000, seed: 20_261_128 });

function embeddedAnswer(question: PatternQuestion): PatternAnswer {
  try {
    return compilePattern(question.pattern)(question.event as object) ? 'match' : 'no match';
  } catch (error) {
    if (error instanceof InvalidPattern) return 'invalid';
    throw error;
  }
}

describe.skipIf(!requirement('java'))('by the matcher that EventBridge runs on', () => {
  const documentedQuestions = EVENTS.flatMap(([, event]) =>
    [...patterns.values()].map((pattern) => ({ pattern, event })),
  );
  let answers: readonly PatternAnswer[];

  // One start of the virtual machine for everything that is asked.
  beforeAll(async () => {
    answers = await askEventRuler([...documentedQuestions, ...RANDOM]);
  }, START_MS);

  it.each(EVENTS.map(([what, , rules], index) => [what, rules, index] as const))(
    '%s reaches %j',
    (_, rules, index) => {
      const ofEvent = answers.slice(index * patterns.size, (index + 1) * patterns.size);
      expect(ofEvent).not.toContain('invalid');
      expect([...patterns.keys()].filter((_, rule) => ofEvent[rule] === 'match')).toEqual(rules);
    },
  );

  it('the embedded bus gives the same answers for the patterns of the stacks', () => {
    expect(documentedQuestions.map(embeddedAnswer)).toEqual(answers.slice(0, documentedQuestions.length));
  });

  it('the embedded bus gives the same answers for random patterns and events', () => {
    const byRuler = answers.slice(documentedQuestions.length);
    const different = RANDOM.flatMap((question, index) => {
      const embedded = embeddedAnswer(question);
      return embedded === byRuler[index] ? [] : [{ ...question, embedded, eventRuler: byRuler[index] }];
    });
    expect(different.slice(0, 5)).toEqual([]);
    // Neither answer is rare.
    expect(byRuler.filter((answer) => answer === 'match').length).toBeGreaterThan(200);
    expect(byRuler.filter((answer) => answer === 'no match').length).toBeGreaterThan(200);
  });
});
