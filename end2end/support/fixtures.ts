import { test as base, type BrowserContext, type Page, type Response, expect } from '@playwright/test';
import { type Person, signUpOverHttp, type SignedIn, stranger } from './people';

/** Options of a project beside Playwright's own. */
export interface Options {
  /** Whether the `.wasm` may be loaded. */
  wasm: boolean;
}

/** Exceptions from the rule that a console message fails the test. */
export interface Quiet {
  /**
   * Allows Chromium's own "Failed to load resource" line for these failures, and the messages about a chunk that could
   * not be loaded or a crash of the WebAssembly.
   *
   * @param failures status codes (`404`), network errors (`'ERR_INTERNET_DISCONNECTED'`), `'PART'` or `'CRASH'`
   */
  except(...failures: (number | string)[]): void;

  /** Allows these status codes of fetches. A page that does not hydrate sends none, so there it allows nothing. */
  exceptFetches(...statuses: number[]): void;
}

interface Fixtures {
  /** Whether pages hydrate: JavaScript is on and WebAssembly allowed. */
  hydrates: boolean;
  /** Fails the test if a page writes to the console, throws, or violates the content security policy. */
  quiet: Quiet;
  /** Opens a path, in `page` unless another is given, and waits for hydration if pages hydrate. */
  visit(path: string, page?: Page): Promise<Response>;
  /** Opens a page in another browser context without shared cookies; `except` as in {@link Quiet}. */
  elsewhere(...except: (number | string)[]): Promise<Page>;
  /** A person with an account who never used this browser. */
  account: Person & SignedIn;
  /** A person who is signed in in this browser. */
  person: Person & SignedIn;
}

/** Without JavaScript or WebAssembly, Chromium warns that preloaded files were not used. */
const UNUSED_PRELOAD = /was preloaded using link preload but not used/;

/** Messages of the framework and of Chromium about a crash of the WebAssembly. */
const CRASH = /panicked at|hydration error|unreachable|\/pkg\//i;

/** Chromium's message at every sign-out. */
const CLEARED_SITE_DATA = /^Clear-Site-Data header on '[^']+': Cleared data types: "cache", "storage"\.$/;

/** Collects the messages and errors of the pages of `context`. */
async function watch(
  context: BrowserContext,
  noise: string[],
  allowed: Set<string>,
  hydrates: boolean,
): Promise<void> {
  context.on('console', message => {
    const text = message.text();
    const failure =
      /^Failed to load resource: (?:the server responded with a status of (\d+)|net::(\w+))/.exec(text);
    const isPart =
      message.location().url.includes('/__wasm_split.') && /Failed to fetch|CompileError/.test(text);
    const isCrash = CRASH.test(text);
    const cause = failure?.[1] ?? failure?.[2] ?? (isPart ? 'PART' : isCrash ? 'CRASH' : undefined);
    if (cause && allowed.has(cause)) return;
    if (CLEARED_SITE_DATA.test(text)) return;
    if (!hydrates && UNUSED_PRELOAD.test(text)) return;
    noise.push(`${message.type()}: ${text} (${message.location().url})`);
  });
  context.on('weberror', error => {
    const text = error.error().stack ?? error.error().message;
    if (!(allowed.has('CRASH') && CRASH.test(text))) noise.push(`uncaught: ${text}`);
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      console.error(
        `CSP: ${event.violatedDirective} forbids ${event.blockedURI || event.sample} in ${event.sourceFile}`,
      );
    });
  });
}

/** Playwright's `test` with people, a check of the console, and pages that are hydrated. */
export const test = base.extend<Fixtures & Options>({
  wasm: [true, { option: true }],

  hydrates: async ({ javaScriptEnabled, wasm }, use) => use(javaScriptEnabled !== false && wasm),

  quiet: [
    async ({ context, hydrates, wasm }, use) => {
      const noise: string[] = [];
      const allowed = new Set<string>();
      await watch(context, noise, allowed, hydrates);
      if (!wasm) {
        allowed.add('ERR_BLOCKED_BY_CLIENT');
        await context.route('**/*.wasm', route => route.abort('blockedbyclient'));
      }
      const except = (...failures: (number | string)[]) => failures.forEach(failure => allowed.add(String(failure)));
      await use({ except, exceptFetches: (...statuses) => hydrates && except(...statuses) });
      expect(noise, 'messages on the console').toEqual([]);
    },
    { auto: true },
  ],

  visit: async ({ page, hydrates }, use) => {
    await use(async (path, on = page) => {
      const response = await on.goto(path);
      if (!response) throw new Error(`${path} was no navigation`);
      if (hydrates) await on.locator('html[data-hydrated]').waitFor();
      return response;
    });
  },

  elsewhere: async ({ browser, hydrates, wasm }, use) => {
    const noise: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (...except) => {
      const context = await browser.newContext();
      contexts.push(context);
      const allowed = new Set(except.map(String));
      if (!wasm) allowed.add('ERR_BLOCKED_BY_CLIENT');
      await watch(context, noise, allowed, hydrates);
      if (!wasm) await context.route('**/*.wasm', route => route.abort('blockedbyclient'));
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(noise, 'messages on the console of the other browser').toEqual([]);
  },

  account: async ({ request, baseURL }, use) => {
    const person = stranger();
    await use({ ...person, ...(await signUpOverHttp(request, baseURL!, person)) });
  },

  person: async ({ context, baseURL }, use) => {
    const person = stranger();
    await use({ ...person, ...(await signUpOverHttp(context.request, baseURL!, person)) });
  },
});

/** Declares tests that run once at each of these widths of the window, in pixels. */
export function atWidths(widths: number[], declare: () => void): void {
  for (const width of widths) {
    test.describe(`${width} pixels wide`, () => {
      test.use({ viewport: { width, height: 800 } });
      declare();
    });
  }
}

export { expect };
