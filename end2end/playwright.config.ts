import { availableParallelism } from 'node:os';
import { defineConfig, devices } from '@playwright/test';
import type { Options } from './support/fixtures';
import { NORMAL, PWNED_PASSWORDS, SHORT_LIVED, STRICT, webServer } from './support/servers';

/**
 * Chromium loads two hidden pages for the address bar of each window, and a spare renderer for each page. Turning them
 * off makes the tests faster.
 */
const UNSEEN = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'];

/** Chromium obeys only the last list of features, so this repeats those that Playwright turns off. */
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

/** Chromium has no sandbox for root. Its background traffic would disturb the checks of console and network. */
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
 * Every flow runs hydrated and without JavaScript; flows with a form also run with JavaScript but without WebAssembly.
 * A test of the hydrated app only is tagged `@hydrated`; a flow's test without WebAssembly is tagged `@no-wasm`.
 */
export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './support/pwned-passwords',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // Tests often wait for a server or a time-out.
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
      // The server sees the same forms as in `no-js`; only the page's loader differs. So this project runs these files
      // and one tagged test of each other flow.
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
