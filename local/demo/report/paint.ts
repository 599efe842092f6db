import { styleText } from 'node:util';

export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'dim' | 'bold';

export type Paint = (colour: Colour, text: string) => string;

/** Colours for a stream: none unless it is a terminal or FORCE_COLOR is set, and none with NO_COLOR. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isColoured = !NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb'));
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
}
