import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEvaluationTimer } from '../../../../local/alarms/evaluation-timer.ts';
import { createAlarmLab, metricAlarm, START_MS } from './alarm-lab.ts';

describe('the evaluation timer', () => {
  beforeEach(() => vi.useFakeTimers({ now: START_MS }));
  afterEach(() => vi.useRealTimers());

  it('evaluates alarms when their window moves on, not in between', async () => {
    const lab = createAlarmLab({ nowMs: () => Date.now() });
    lab.engine.putMetricAlarm(metricAlarm());
    lab.put(99, START_MS);
    const timer = startEvaluationTimer(lab.engine, { onError: () => undefined });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(lab.stateOf('MemoryHigh')).toBe('INSUFFICIENT_DATA');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
    await timer.stop();
  });

  it('keeps up with a clock that runs fast', async () => {
    const lab = createAlarmLab({ nowMs: () => START_MS + (Date.now() - START_MS) * 60 });
    lab.engine.putMetricAlarm(metricAlarm());
    lab.put(99, START_MS);
    const timer = startEvaluationTimer(lab.engine, { speed: 60, onError: () => undefined });
    await vi.advanceTimersByTimeAsync(1_200);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
    await timer.stop();
  });

  it('reports a failure, goes on, and stops when told to', async () => {
    const errors: unknown[] = [];
    let published = 0;
    const lab = createAlarmLab({
      nowMs: () => Date.now(),
      publish: async () => {
        published += 1;
        if (published === 1) throw new Error('bus is down');
      },
    });
    lab.engine.putMetricAlarm(metricAlarm({ Period: 10 }));
    lab.put(99, START_MS, 'i-1', 1);
    const timer = startEvaluationTimer(lab.engine, { onError: (error) => errors.push(error) });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(errors).toEqual([new Error('bus is down')]);
    expect(published).toBe(2);
    await timer.stop();
    lab.put(10, START_MS + 20_000, 'i-1', 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(published).toBe(2);
  });
});
