// Which tests there are, and what each kind of them needs.
import { defineConfig } from "vitest/config";

const unit = ["test/{protocol,core,http,house}/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: unit } },
      {
        test: {
          name: "cloudflare",
          include: ["test/cloudflare/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/hosts/conformance.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
