import type { AlarmEngine } from './alarm-engine.ts';
import { CLOUDWATCH_STEPS } from './datapoints.ts';

interface EvaluationTimerOptions {
  /**
   * Seconds of the engine's clock per second of the wall clock, for a clock that runs fast.
   *
   * @default 1
   */
  readonly speed?: number;
  /** Receives what an evaluation threw; the event it could not publish is offered again on the next tick. */
  readonly onError: (error: unknown) => void;
}

interface EvaluationTimer {
  /** Stops the timer and waits for the evaluation under way. */
  stop(): Promise<void>;
}

/** Evaluates the alarms that are due, over and over, as often as the engine's shortest step asks for. */
export function startEvaluationTimer(engine: AlarmEngine, options: EvaluationTimerOptions): EvaluationTimer {
  const steps = engine.options.steps ?? CLOUDWATCH_STEPS;
  const intervalMs = (Math.min(steps.highResolution, steps.standard) * 1000) / (options.speed ?? 1);
  let running = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = engine
      .evaluateDue()
      .catch(options.onError)
      .finally(() => {
        isRunning = false;
      });
  }, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
