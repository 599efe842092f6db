import { clock, cut, duration } from './columns.ts';
import type { Paint } from './paint.ts';

const SPIN_EVERY_MS = 100;
const REMIND_EVERY_MS = 15_000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR_LINE = '\r\x1b[2K';

/** Shows the progress: on a terminal in one line that changes, elsewhere by a line now and then. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #paint: Paint;
  #text = '';
  #detail = '';
  #sinceMs = 0;
  #remindedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #isMuted = false;

  constructor(out: NodeJS.WriteStream, paint: Paint) {
    this.#out = out;
    this.#paint = paint;
  }

  /** Runs work under a name; ends with a line that says how long it took. */
  async step<Result>(name: string, work: (tell: (line: string) => void) => Promise<Result>): Promise<Result> {
    this.wait(name);
    try {
      const result = await work((line) => this.detail(line));
      this.#finish('green', '✓');
      return result;
    } catch (error) {
      this.#finish('red', '✗');
      throw error;
    }
  }

  /** Sets what is now waited for. */
  wait(text: string): void {
    this.stop();
    if (this.#isMuted) return;
    this.#text = text;
    this.#detail = '';
    this.#sinceMs = Date.now();
    this.#remindedMs = Date.now();
    this.#timer = setInterval(() => this.#tick(), SPIN_EVERY_MS);
  }

  detail(line: string): void {
    this.#detail = line.replaceAll(/\p{Cc}/gu, ' ').trim();
  }

  /** Prints a line of its own, above what is waited for. */
  print(line: string): void {
    if (this.#isMuted) return;
    this.#clear();
    this.#out.write(`${line}\n`);
    this.#remindedMs = Date.now();
    if (this.#timer) this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clear();
  }

  /** Ends the output. */
  mute(): void {
    this.stop();
    this.#isMuted = true;
  }

  #finish(colour: 'green' | 'red', mark: string): void {
    const took = duration(Date.now() - this.#sinceMs);
    this.stop();
    this.print(
      `  ${this.#paint(colour, mark)} ${this.#text.padEnd(48)} ${this.#paint('dim', took.padStart(8))}`,
    );
  }

  #tick(): void {
    if (this.#out.isTTY) {
      this.#draw();
    } else if (Date.now() - this.#remindedMs >= REMIND_EVERY_MS) {
      this.#remindedMs = Date.now();
      this.#out.write(`${this.#line('…')}\n`);
    }
  }

  #line(mark: string): string {
    const elapsed = clock(Date.now() - this.#sinceMs);
    return `  ${mark} ${this.#text} ${elapsed}${this.#detail === '' ? '' : `  ${this.#detail}`}`;
  }

  #draw(): void {
    if (!this.#out.isTTY) return;
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const line = cut(this.#line(FRAMES[this.#frame] ?? '…'), this.#out.columns - 1);
    this.#out.write(`${CLEAR_LINE}${this.#paint('dim', line)}`);
  }

  #clear(): void {
    if (this.#out.isTTY) this.#out.write(CLEAR_LINE);
  }
}
