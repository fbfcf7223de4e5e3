// ISO time tests: an app reads each time as Date writes it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTime } from "../../src/hosting/iso-time.ts";

test("an app reads a time as Date writes it, whatever came before", () => {
  // 1970 to the end of the year 9999.
  const times = fc.array(fc.nat({ max: 253_402_300_799_999 }));
  fc.assert(
    fc.property(times, fc.nat({ max: 2000 }), (some, more) => {
      for (const at of some)
        for (const one of [at, at + more])
          expect(isoTime(one)).toBe(new Date(one).toISOString());
    }),
  );
});
