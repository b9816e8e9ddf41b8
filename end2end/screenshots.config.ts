import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** `npm run screenshots`: pictures to look at, not tests. */
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: 'screenshots.ts',
  projects: [{ name: 'screenshots' }],
});
