import { availableParallelism } from 'node:os';
import { defineConfig, devices } from '@playwright/test';
import type { Options } from './support/fixtures';
import { NORMAL, PWNED_PASSWORDS, SHORT_LIVED, STRICT, webServer } from './support/servers';

/**
 * With each window Chromium loads two hidden pages for its address bar, at the price of two of ours, and with each page
 * a renderer that would be the next one's.
 */
const UNSEEN = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'];

/** Chromium obeys only the last list that it is given, so what Playwright's own turns off for a test's sake is repeated. */
const PLAYWRIGHTS = [
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Chromium refuses its sandbox to root, and everything it does in the background disturbs the console or the network. */
const args = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${[...UNSEEN, ...PLAYWRIGHTS].join()}`,
];

/**
 * Every flow runs hydrated and with JavaScript off, and those that use a form also with JavaScript on but the
 * WebAssembly blocked. What only the hydrated app can do is tagged `@hydrated`; what is to show that a flow goes without
 * its WebAssembly, `@no-wasm`.
 */
export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './support/pwned-passwords',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // Each waits for the other side of its flow now and then, and some for a time-out.
  workers: Math.min(2 * availableParallelism(), 8),
  retries: 0,
  reporter: process.env.CI ? 'line' : 'list',
  timeout: 30_000,
  use: {
    ...devices['Desktop Chrome'],
    baseURL: NORMAL,
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: process.env.CHROMIUM_PATH || undefined, args },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'hydrated' },
    { name: 'no-js', use: { javaScriptEnabled: false }, grepInvert: /@hydrated/ },
    {
      name: 'no-wasm',
      use: { wasm: false },
      grepInvert: /@hydrated/,
      // To the server these are the forms of `no-js`; what differs is a page whose loader finds nothing to load. So it
      // is these files, and of each other flow the one test that is tagged.
      grep: /(fields|home|keyboard|notes|note-conflict|double-submit|refused-notes|sign-in|sign-out|sign-up)\.spec|@no-wasm/,
    },
  ],
  webServer: [
    webServer(NORMAL),
    webServer(SHORT_LIVED, { ACCESS_TOKEN_TTL: '4s', REAUTHENTICATE_AFTER: '3s' }),
    webServer(STRICT, {
      REQUIRE_VERIFIED_EMAIL: 'true',
      PWNED_PASSWORDS: 'true',
      PWNED_PASSWORDS_URL: PWNED_PASSWORDS,
    }),
  ],
});
