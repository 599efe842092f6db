import { describe, expect, it } from 'vitest';
import { captureLines } from '../../../../../local/demo/recording/capture.ts';

const script = (code: string) => captureLines(process.execPath, ['-e', code]);

describe('capturing the lines of a program', () => {
  it('notes them in order, each with its time', async () => {
    const lines = await script("console.log('one'); setTimeout(() => console.log('two\\nthree'), 50)");
    expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const times = lines.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('asks the program for colours', async () => {
    const [line] = await script("console.log(process.env.FORCE_COLOR, process.env.NO_COLOR ?? 'unset')");
    expect(line?.text).toBe('1 unset');
  });

  it('records nothing of a program that fails', async () => {
    await expect(script("console.log('one'); process.exit(3)")).rejects.toThrow(
      'ended with exit code 3; nothing was recorded',
    );
  });
});
