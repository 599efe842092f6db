import { expect, it } from 'vitest';
import { assertNever } from '../../../functions/core/assert-never.ts';

it('assertNever throws for a case that slipped past the compiler, and names it', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow(
    new TypeError('unhandled case: {"kind":"new"}'),
  );
});
