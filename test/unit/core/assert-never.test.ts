import { expect, it } from 'vitest';
import { assertNever } from '../../../functions/core/assert-never.ts';

it('a case that slipped through the compiler fails, and is named', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow(
    new TypeError('unhandled case: {"kind":"new"}'),
  );
});
