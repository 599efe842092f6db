import { describe, expect, it } from 'vitest';
import type { TraceCause } from '../../../../functions/core/investigation/failed-trace.ts';
import { commonCauses } from '../../../../functions/core/investigation/trace-causes.ts';
import { tracedNames } from '../../../../functions/core/investigation/traced-names.ts';

const timeout = (waitedMs: number): TraceCause => ({
  ...{ failure: 'fault', path: ['web', 'web', 'orders', 'orders'] },
  exception: { name: 'TimeoutError', message: `no answer for jane@example.com in ${waitedMs} ms` },
});

describe('why traced requests failed', () => {
  it('counts requests that failed for the same reason, the most frequent first, with one to look at', () => {
    const causes = commonCauses([
      { id: '1-a', causes: [{ failure: 'throttle', path: ['web', 'table'] }] },
      { id: '1-b', causes: [timeout(1_002)] },
      { id: '1-c', causes: [timeout(37)] },
    ]);
    expect(causes).toEqual([
      {
        text: 'fault: web → orders: TimeoutError: no answer for <email> in <n> ms',
        ...{ count: 2, traceId: '1-b' },
      },
      { text: 'throttle: web → table', count: 1, traceId: '1-a' },
    ]);
  });

  it('counts a request once for each of its reasons', () => {
    const other: TraceCause = { failure: 'error', path: ['web'] };
    const causes = commonCauses([{ id: '1-a', causes: [timeout(1), timeout(2), other] }]);
    expect(causes.map(({ count, text }) => [count, text.slice(0, 5)])).toEqual([
      [1, 'error'],
      [1, 'fault'],
    ]);
  });

  it('tells the same exception in different services apart', () => {
    const exception = { name: 'TimeoutError' };
    const causes = commonCauses([
      { id: '1-a', causes: [{ failure: 'fault', path: ['web', 'orders'], exception }] },
      { id: '1-b', causes: [{ failure: 'fault', path: ['web', 'pay'], exception }] },
    ]);
    expect(causes.map(({ text }) => text)).toEqual([
      'fault: web → orders: TimeoutError',
      'fault: web → pay: TimeoutError',
    ]);
  });

  it('masks every part by itself, so that no name of a service hides what follows it', () => {
    const [cause] = commonCauses([
      {
        id: '1-a',
        causes: [
          {
            ...{ failure: 'error', path: ['user-service', 'GET /users/jane'] },
            exception: { message: 'token=abc for "Jane Doe"' },
          },
        ],
      },
    ]);
    expect(cause?.text).toBe('error: user-service → GET /users/<id>: token=<masked>');
  });

  it('leaves out a message that says itself that it is about no error', () => {
    const message = JSON.stringify({ level: 'info', message: '0 errors' });
    const exception = { name: 'TimeoutError', message };
    const [cause] = commonCauses([{ id: '1-a', causes: [{ failure: 'fault', path: ['web'], exception }] }]);
    expect(cause?.text).toBe('fault: web: TimeoutError');
  });

  it('writes names without needless spaces', () => {
    const [cause] = commonCauses([
      { id: '1-a', causes: [{ failure: 'fault', path: [' web \n  shop ', 'pay'] }] },
    ]);
    expect(cause?.text).toBe('fault: web shop → pay');
  });

  it('keeps 200 characters at most, on one line', () => {
    const [cause] = commonCauses([
      { id: '1-a', causes: [{ failure: 'fault', path: ['a\nb', 'word '.repeat(100)] }] },
    ]);
    expect(cause?.text).toHaveLength(200);
    expect(cause?.text).toMatch(/^fault: a b → word word/);
  });
});

describe('the names of a component in X-Ray', () => {
  it('are those that the configuration gives it, or its own', () => {
    const targets = { ecsService: 'prod/orders' };
    expect(tracedNames('orders', { targets, xrayNames: ['shop-orders', 'orders-v2'] })).toEqual([
      'shop-orders',
      'orders-v2',
    ]);
    expect(tracedNames('orders', { targets })).toEqual(['orders']);
  });

  it('include the name of a function, once', () => {
    expect(tracedNames('orders', { targets: { lambdaAlias: 'orders-fn:live' } })).toEqual([
      'orders',
      'orders-fn',
    ]);
    expect(tracedNames('orders', { targets: { lambdaAlias: 'orders:live' } })).toEqual(['orders']);
  });
});
