import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** `npm run screenshots` takes pictures of the pages. */
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: 'screenshots.ts',
  projects: [{ name: 'screenshots' }],
});
