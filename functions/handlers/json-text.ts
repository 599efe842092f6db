import * as z from 'zod/mini';

/** What a text says as JSON; `undefined` if it is no JSON, which no schema of an event accepts. */
export const jsonText = z.pipe(z.string(), z.transform(parsed));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
